/** An Azure storage connection string, taken apart. */

import { UserError } from "../../../errors.ts";

export interface AzureAccount {
  /** Undefined when it does not tell. */
  readonly name: string | undefined;
  /** Without a slash at its end; undefined: where the account's name says. */
  readonly endpoint: string | undefined;
  /** The account's key, in base64. */
  readonly key: string | undefined;
  /** A query that grants access, without `?`. */
  readonly sas: string | undefined;
}

export const CONNECTION_STRING = "AZURE_STORAGE_CONNECTION_STRING";

/** Azurite's, the same everywhere: https://learn.microsoft.com/azure/storage/common/storage-use-azurite */
const DEVELOPMENT = {
  name: "devstoreaccount1",
  endpoint: "http://127.0.0.1:10000/devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
  sas: undefined,
};

/** https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string */
export function parseConnectionString(text: string): AzureAccount {
  const fields = new Map(
    text.split(";").map((field) => field.trim()).filter((field) => field !== "").map((field) => {
      const at = field.indexOf("=");
      // The field itself may be the key: it is not shown.
      if (at < 1) throw wrong("holds something else than name=value", "copy it from the portal");
      return [field.slice(0, at).toLowerCase(), field.slice(at + 1)] as const;
    }),
  );
  if (fields.get("usedevelopmentstorage") === "true") return DEVELOPMENT;
  const endpoint = fields.get("blobendpoint")?.replace(/\/+$/, "") ?? namedEndpoint(fields);
  if (endpoint !== undefined && !URL.canParse(endpoint)) throw wrong("holds no URL as endpoint");
  const key = fields.get("accountkey") || undefined;
  if (key !== undefined && !isBase64(key)) throw wrong("holds an AccountKey that is cut off");
  const name = fields.get("accountname") || accountOf(endpoint);
  if (key !== undefined && name === undefined) throw wrong("holds an AccountKey, no AccountName");
  const sas = fields.get("sharedaccesssignature")?.replace(/^\?/, "") || undefined;
  return { name, endpoint, key, sas };
}

function namedEndpoint(fields: ReadonlyMap<string, string>): string | undefined {
  const name = fields.get("accountname");
  if (!name) return undefined;
  const protocol = fields.get("defaultendpointsprotocol") || "https";
  return `${protocol}://${name}.blob.${fields.get("endpointsuffix") || "core.windows.net"}`;
}

/** Microsoft's own hosts begin with the account's name, emulators' paths do; others do not tell. */
function accountOf(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined) return undefined;
  const { hostname, pathname } = new URL(endpoint);
  return /^([a-z0-9]{3,24})\.blob\./.exec(hostname)?.[1] ??
    /^\/([a-z0-9]{3,24})$/.exec(pathname)?.[1];
}

function isBase64(text: string): boolean {
  try {
    return Uint8Array.fromBase64(text).length > 0;
  } catch {
    return false;
  }
}

function wrong(what: string, hint?: string): UserError {
  return new UserError({ where: CONNECTION_STRING, what, hint });
}
