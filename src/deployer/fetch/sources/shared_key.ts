/**
 * The account key's signature of a request to Azure Blob Storage.
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */

import { createHmac } from "node:crypto";

interface Unsigned {
  readonly method?: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** In the order in which they are signed; a request without a body has no length. */
const STANDARD_HEADERS = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
];

/** The value of the `authorization` header. */
export function sharedKey(
  { method = "GET", url, headers }: Unsigned,
  { account, key }: { readonly account: string; readonly key: string },
): string {
  const { pathname, searchParams } = new URL(url);
  const own = Object.keys(headers).filter((name) => name.startsWith("x-ms-")).sort();
  const parameters = [...searchParams].sort(([a], [b]) => a < b ? -1 : 1);
  const text = [
    method,
    ...STANDARD_HEADERS.map((name) => headers[name] ?? ""),
    ...own.map((name) => `${name}:${headers[name]}`),
    [`/${account}${pathname}`, ...parameters.map(([name, value]) => `${name}:${value}`)].join("\n"),
  ].join("\n");
  const signature = createHmac("sha256", Uint8Array.fromBase64(key)).update(text).digest("base64");
  return `SharedKey ${account}:${signature}`;
}
