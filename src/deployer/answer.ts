/** What an HTTP server's answer to a download means: go on, start again, wait, or give up. */

/** How far a download is, and what the first answer said about the object. */
export interface Progressed {
  readonly offset: number;
  readonly total: number | undefined;
  /** A strong entity tag: only with one can the rest be asked for. */
  readonly etag: string | undefined;
}

export type Verdict =
  /** The body is the object from its first byte on. */
  | {
    readonly kind: "start";
    readonly total: number | undefined;
    readonly etag: string | undefined;
  }
  /** The body is the rest. */
  | { readonly kind: "append" }
  /** Ask again: for the rest, or for the whole. */
  | {
    readonly kind: "again";
    readonly reason: string;
    readonly whole: boolean;
    readonly waitMs?: number | undefined;
  }
  | { readonly kind: "stop"; readonly reason: string; readonly hint?: string | undefined };

/** Request Timeout, Too Early, Too Many Requests and what a server may get over. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

export function judge(response: Response, before: Progressed, now: Date): Verdict {
  const { status, headers } = response;
  if (status === 200) {
    return { kind: "start", total: length(headers), etag: strongTag(headers) };
  }
  if (status === 206 && before.offset > 0) {
    return isTheRest(headers, before)
      ? { kind: "append" }
      : { kind: "again", whole: true, reason: "the object changed meanwhile" };
  }
  if (status === 416 && before.offset > 0) {
    return { kind: "again", whole: true, reason: "the server refused the rest (416)" };
  }
  if (PASSING.includes(status)) {
    const reason = `the server answered ${status}`;
    return { kind: "again", whole: false, reason, waitMs: retryAfter(headers, now) };
  }
  return { kind: "stop", reason: `the server answered ${status}`, hint: hintFor(response) };
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-206-partial-content */
function isTheRest(headers: Headers, { offset, total, etag }: Progressed): boolean {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  return range !== null && etag !== undefined && Number(range[1]) === offset &&
    Number(range[2]) + 1 === total &&
    Number(range[3]) === total && strongTag(headers) === etag;
}

export function strongTag(headers: Headers): string | undefined {
  const tag = headers.get("etag");
  return tag !== null && tag.startsWith('"') ? tag : undefined;
}

export function length(headers: Headers): number | undefined {
  const text = headers.get("content-length");
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function retryAfter(headers: Headers, now: Date): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

function hintFor({ status, url }: Response): string | undefined {
  const signed = /[?&](X-Amz-Signature|X-Goog-Signature|sig|Signature)=/i.test(url);
  switch (status) {
    case 401:
      return "the server wants credentials: a signed URL, or https://user:password@…";
    case 403:
      return signed
        ? "the signature of the URL has probably expired, or the proxy changed the URL"
        : "the object is private, or its name is wrong: some servers answer 403 for both";
    case 404:
    case 410:
      return "the object is not there: check the path of the model URI, upper and lower case too";
    case 407:
      return "the proxy wants credentials: put them into HTTPS_PROXY";
  }
  return undefined;
}
