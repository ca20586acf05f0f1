/** The access token for Google Cloud Storage: a service account's key, a user's, or GKE's own. */

import { createSign } from "node:crypto";
import { UserError } from "../../../errors.ts";
import type { SourceEffects } from "../provider.ts";
import {
  accessToken,
  askForCredentials,
  type Credentials,
  expiring,
  form,
  type Loaded,
  oauthError,
  readNamedFile,
} from "./credentials.ts";
import { setVariable } from "./request.ts";

const SCOPE = "https://www.googleapis.com/auth/devstorage.read_only";
const TOKEN_URL = "https://oauth2.googleapis.com/token";
const FROM = "Google";
const KEY_FILE = "GOOGLE_APPLICATION_CREDENTIALS";

/** Empty text: nobody gives us a token, and the object must be public. */
export function googleToken(world: SourceEffects): Credentials<string> {
  const file = setVariable(world, KEY_FILE);
  return expiring(() => file ? fromFile(world) : fromMetadata(world), world);
}

type KeyFile = Readonly<Record<string, string>>;

async function fromFile(world: SourceEffects): Promise<Loaded<string>> {
  const key = parseKeyFile(await readNamedFile(KEY_FILE, world), KEY_FILE);
  const url = key.token_uri ?? TOKEN_URL;
  const asked = {
    from: FROM,
    code: oauthError,
    hint: "the key was removed, or the clock is wrong",
  };
  const fields: Record<string, string> = key.type === "service_account"
    ? {
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: signedClaim(key, { audience: url, now: world.now() }),
    }
    : {
      grant_type: "refresh_token",
      client_id: key.client_id ?? "",
      client_secret: key.client_secret ?? "",
      refresh_token: key.refresh_token ?? "",
    };
  const text = await askForCredentials({ url, ...form(fields) }, asked, world);
  return accessToken(text, { from: FROM, now: world.now() });
}

/** @param where who named the file, for the errors */
export function parseKeyFile(text: string, where: string): KeyFile {
  const wrong = (what: string) => new UserError({ where, what });
  let key: KeyFile;
  try {
    key = JSON.parse(text);
  } catch {
    throw wrong("is not a JSON file of Google's");
  }
  if (key?.type === "service_account" && key.client_email && key.private_key) return key;
  if (key?.type === "authorized_user" && key.refresh_token) return key;
  throw wrong("holds no key of a service account");
}

/** https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests */
function signedClaim(key: KeyFile, { audience, now }: { audience: string; now: Date }): string {
  const issued = Math.floor(now.getTime() / 1000);
  const header = { alg: "RS256", typ: "JWT", kid: key.private_key_id };
  const claim = {
    iss: key.client_email,
    scope: SCOPE,
    aud: audience,
    iat: issued,
    exp: issued + 3600,
  };
  const text = [header, claim].map((part) =>
    new TextEncoder().encode(JSON.stringify(part)).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    })
  ).join(".");
  try {
    const signature = createSign("RSA-SHA256").update(text).sign(key.private_key!, "base64url");
    return `${text}.${signature}`;
  } catch {
    throw new UserError({ where: KEY_FILE, what: "holds a private key that cannot be read" });
  }
}

/** https://cloud.google.com/compute/docs/access/authenticate-workloads */
async function fromMetadata(world: SourceEffects): Promise<Loaded<string>> {
  const host = setVariable(world, "GCE_METADATA_HOST") ?? "metadata.google.internal";
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
  const request = { url, headers: { "metadata-flavor": "Google" } };
  try {
    const text = await askForCredentials(request, { from: FROM, timeoutMs: 2000 }, world);
    return accessToken(text, { from: FROM, now: world.now() });
  } catch (error) {
    world.signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    return { value: "" };
  }
}
