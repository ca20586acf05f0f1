/** `gs://bucket/path`: Google Cloud Storage, by its JSON API. */

import { type Checksum, fromBase64 } from "../checksum.ts";
import { type ModelUri, splitBucketUri } from "../../model_uri.ts";
import type { Explanation, ListingPage, Refusal, Source, SourceEffects } from "../provider.ts";
import { bearer, type Credentials } from "./credentials.ts";
import { googleToken } from "./google_credentials.ts";
import { encode, folderPrefix, keyBelow, query, rangeHeader, setVariable } from "./request.ts";

export function gcsSource(uri: ModelUri, world: SourceEffects): Source {
  const { names: [bucket], key } = splitBucketUri(uri, { count: 1, form: "gs://bucket/path" });
  const emulator = setVariable(world, "STORAGE_EMULATOR_HOST");
  const base = emulator ? emulatorUrl(emulator) : "https://storage.googleapis.com";
  // As Google's own libraries: an emulator is asked without credentials.
  const token: Credentials<string> | undefined = emulator ? undefined : googleToken(world);
  let anonymous = true;
  const objects = `${base}/storage/v1/b/${encode(bucket!)}/o`;
  const authorized = async (url: string, headers: Record<string, string> = {}) => {
    const value = await token?.get();
    anonymous = !value;
    return { url, headers: value ? { ...headers, authorization: bearer(value) } : headers };
  };
  return {
    kind: "remote",
    provider: {
      redirects: false,
      checksumByHead: false,
      folder: {
        only: key.endsWith("/"),
        list: (pageToken) => {
          const fields = "items(name,size,generation),nextPageToken";
          const asked = query({ prefix: folderPrefix(key), fields, pageToken });
          return authorized(`${objects}?${asked}`);
        },
        read: (text) => readListing(text, folderPrefix(key)),
      },
      get: ({ below, range, validator }) => {
        const asked = query({ alt: "media", ifGenerationMatch: validator });
        const url = `${objects}/${encode(keyBelow(key, below))}?${asked}`;
        return authorized(url, rangeHeader(range));
      },
      validatorOf: (headers) => headers.get("x-goog-generation") ?? undefined,
      checksumOf: googleChecksum,
      explain: (refusal) => explain(refusal, anonymous),
      adapt: ({ status }, { headers }) =>
        token !== undefined && status === 401 &&
        token.renew((value) => value === "" || headers.authorization === bearer(value)),
    },
  };
}

function emulatorUrl(host: string): string {
  return (/^https?:\/\//.test(host) ? host : `http://${host}`).replace(/\/+$/, "");
}

function readListing(text: string, prefix: string): ListingPage {
  const { items = [], nextPageToken } = JSON.parse(text) as {
    readonly items?: readonly { name: string; size: string; generation: string }[];
    readonly nextPageToken?: string;
  };
  const objects = items.map(({ name, size, generation }) => ({
    name: name.slice(prefix.length),
    size: Number(size),
    validator: generation,
  }));
  return { objects, next: nextPageToken };
}

/** Of the object as it is stored: https://cloud.google.com/storage/docs/xml-api/reference-headers */
function googleChecksum(headers: Headers): Checksum | undefined {
  const hashes = headers.get("x-goog-hash") ?? "";
  const stored = headers.get("x-goog-stored-content-encoding") ?? "identity";
  if (stored !== "identity") return undefined;
  const value = (name: string) => new RegExp(`\\b${name}=([A-Za-z0-9+/=]+)`).exec(hashes)?.[1];
  const [md5, crc32c] = [value("md5"), value("crc32c")];
  if (md5 !== undefined) return fromBase64("md5", md5);
  return crc32c === undefined ? undefined : fromBase64("crc32c", crc32c);
}

function explain({ status, text }: Refusal, anonymous: boolean): Explanation {
  const code = /"reason"\s*:\s*"(\w{1,60})"/.exec(text)?.[1];
  if (status === 401 || status === 403) {
    const hint = anonymous
      ? "without credentials only a public object can be read: give " +
        "`deployer.gcsCredentialsFile`, or the service account an identity"
      : "the identity needs the role `Storage Object Viewer` on the bucket";
    return { code, hint };
  }
  return status === 404
    ? { code, hint: "check bucket and path of the model URI, upper and lower case too" }
    : { code };
}
