/** `http://` and `https://`: a plain server, with a signed URL or a password at most. */

import { type Checksum, fromBase64 } from "../checksum.ts";
import { decodePath, type ModelUri } from "../../model_uri.ts";
import type { Ask, Explanation, Provider, Refusal, Source } from "../provider.ts";
import { rangeHeader } from "./request.ts";

export function httpSource({ text, shown }: ModelUri): Source {
  const url = new URL(text);
  const { username, password } = url;
  url.username = url.password = url.hash = "";
  const secret = `${decodePath(username, shown)}:${decodePath(password, shown)}`;
  const own: Record<string, string> = username || password
    ? { authorization: `Basic ${new TextEncoder().encode(secret).toBase64()}` }
    : {};
  const provider: Provider = {
    redirects: true,
    checksumByHead: false,
    get: ({ range, validator }: Ask) => {
      const condition = range && validator ? { "if-range": validator } : {};
      const headers = { ...own, ...rangeHeader(range), ...condition };
      return Promise.resolve({ url: url.href, headers });
    },
    validatorOf: strongTag,
    checksumOf: httpChecksum,
    explain: (refusal) => explain(refusal, url.href),
    adapt: () => false,
  };
  return { kind: "remote", provider };
}

/** A weak tag promises no equal bytes: https://www.rfc-editor.org/rfc/rfc9110#name-comparison-2 */
function strongTag(headers: Headers): string | undefined {
  const tag = headers.get("etag");
  return tag !== null && tag.startsWith('"') ? tag : undefined;
}

/** https://www.rfc-editor.org/rfc/rfc9530 ; Content-MD5 is that of the part in a partial answer. */
function httpChecksum(headers: Headers, partial: boolean): Checksum | undefined {
  const sha256 = /\bsha-256=:([^:]+):/.exec(headers.get("repr-digest") ?? "")?.[1];
  if (sha256 !== undefined) return fromBase64("sha256", sha256);
  const md5 = headers.get("content-md5");
  return md5 !== null && !partial ? fromBase64("md5", md5) : undefined;
}

function explain({ status }: Refusal, url: string): Explanation {
  const signed = /[?&](X-Amz-Signature|X-Goog-Signature|sig|Signature)=/i.test(url);
  switch (status) {
    case 401:
      return { hint: "the server wants credentials: a signed URL, or https://user:password@…" };
    case 403:
      return {
        hint: signed
          ? "the signature of the URL has probably expired, or the proxy changed the URL"
          : "the object is private, or its name is wrong: some servers answer 403 for both",
      };
    case 404:
    case 410:
      return {
        hint: "the object is not there: check the path of the model URI, upper and lower case too",
      };
    case 407:
      return { hint: "the proxy wants credentials: put them into HTTPS_PROXY" };
  }
  return {};
}
