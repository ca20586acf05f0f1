/**
 * AWS Signature Version 4, for requests without a body where their headers say nothing else.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */

import { createHmac } from "node:crypto";
import { sha256OfText } from "../../digest.ts";

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface Signing {
  readonly keys: AwsKeys;
  readonly region: string;
  readonly service: string;
  readonly now: Date;
}

interface Unsigned {
  readonly method?: string;
  /** Its path and its query encoded, and the query sorted, as the signature wants them. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const TOKEN_HEADER = "x-amz-security-token";
const EMPTY_SHA256 = sha256OfText("");

/** The headers with those of the signature; all of them are signed. */
export function signAws(
  { method = "GET", url, headers }: Unsigned,
  { keys, region, service, now }: Signing,
): Record<string, string> {
  const { host, pathname, search } = new URL(url);
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const payload = headers["x-amz-content-sha256"] ?? EMPTY_SHA256;
  const signed: Record<string, string> = {
    ...headers,
    "x-amz-content-sha256": payload,
    "x-amz-date": time,
    ...(keys.sessionToken ? { [TOKEN_HEADER]: keys.sessionToken } : {}),
  };
  const entries = Object.entries({ ...signed, host })
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .sort(([a], [b]) => a < b ? -1 : 1);
  const names = entries.map(([name]) => name).join(";");
  const canonical = [
    method,
    pathname,
    search.slice(1),
    ...entries.map(([name, value]) => `${name}:${value}`),
    "",
    names,
    payload,
  ].join("\n");
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256OfText(canonical)].join("\n");
  const key = [...scope.split("/")].reduce<string | Uint8Array>(
    (key, part) => hmac(key, part),
    `AWS4${keys.secretAccessKey}`,
  );
  const signature = hmac(key, text).toHex();
  const authorization = `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/${scope}, ` +
    `SignedHeaders=${names}, Signature=${signature}`;
  return { ...signed, authorization };
}

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update(text).digest());
}
