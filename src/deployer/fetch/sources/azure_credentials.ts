/** The token of an Azure workload identity, and where its cloud keeps blobs. */

import type { SourceEffects } from "../provider.ts";
import {
  accessToken,
  askForCredentials,
  type Credentials,
  expiring,
  form,
  oauthError,
  readNamedFile,
} from "./credentials.ts";
import { setVariable } from "./request.ts";

const TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";
const PUBLIC = "https://login.microsoftonline.com";

/** https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
const CLOUDS: Readonly<Record<string, string>> = {
  "https://login.microsoftonline.us": "blob.core.usgovcloudapi.net",
  "https://login.chinacloudapi.cn": "blob.core.chinacloudapi.cn",
  "https://login.partner.microsoftonline.cn": "blob.core.chinacloudapi.cn",
};

/** @returns undefined when the pod has no such identity */
export function azureToken(world: SourceEffects): Credentials<string> | undefined {
  const variable = (name: string) => setVariable(world, name);
  const client = variable("AZURE_CLIENT_ID");
  const tenant = variable("AZURE_TENANT_ID");
  if (!client || !tenant || !variable(TOKEN_FILE)) return undefined;
  const url = `${authority(world)}/${tenant}/oauth2/v2.0/token`;
  const from = "Microsoft Entra ID";
  return expiring(async () => {
    const request = form({
      grant_type: "client_credentials",
      client_id: client,
      scope: "https://storage.azure.com/.default",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: await readNamedFile(TOKEN_FILE, world),
    });
    const text = await askForCredentials({ url, ...request }, {
      from,
      code: oauthError,
      hint: "check the federated credential of the identity: issuer, subject and audience",
    }, world);
    return accessToken(text, { from, now: world.now() });
  }, world);
}

function authority(world: SourceEffects): string {
  return (setVariable(world, "AZURE_AUTHORITY_HOST") ?? PUBLIC).replace(/\/+$/, "");
}

export function blobDomain(world: SourceEffects): string {
  return CLOUDS[authority(world)] ?? "blob.core.windows.net";
}
