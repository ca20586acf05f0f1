/** What an HTTP server's answer to a download means: go on, start again, wait, or give up. */

import type { Explanation, Range, Refusal } from "./provider.ts";

export type Verdict =
  /** The body is this part of an object of this size. */
  | {
    readonly kind: "part";
    readonly range: Range;
    readonly total: number;
    readonly validator: string | undefined;
    readonly headers: Headers;
    readonly response: Response;
  }
  /** The body is the object. */
  | {
    readonly kind: "whole";
    readonly total: number | undefined;
    readonly validator: string | undefined;
    readonly headers: Headers;
    readonly response: Response;
  }
  /** Parts of this object cannot be had, or not be told from those of another version. */
  | { readonly kind: "no parts"; readonly reason: string }
  /** What is there is of another version. */
  | { readonly kind: "changed" }
  | Again
  | Stop;

/** Without a body that could be used. */
export type Refused = Exclude<Verdict, { kind: "part" | "whole" }>;

export interface Again {
  readonly kind: "again";
  readonly reason: string;
  readonly waitMs?: number | undefined;
}

export interface Stop {
  readonly kind: "stop";
  readonly reason: string;
  readonly hint?: string | undefined;
  /** Nothing is there under this name. */
  readonly absent?: boolean;
}

/** Request Timeout, Too Early, Too Many Requests and what a server may get over. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

/** The answer to a request without a range. */
export function judgeWhole(response: Response, validatorOf: ValidatorOf): Verdict {
  const { headers } = response;
  const [total, validator] = [length(headers), validatorOf(headers)];
  return { kind: "whole", total, validator, headers, response };
}

type ValidatorOf = (headers: Headers) => string | undefined;

/** The answer 206. */
export function judgePart(
  response: Response,
  { asked, validatorOf }: { readonly asked: Range | undefined; readonly validatorOf: ValidatorOf },
): Verdict {
  const { headers } = response;
  if (asked === undefined) return { kind: "stop", reason: "the server answered 206" };
  const range = contentRange(headers);
  if (range === undefined || range.from !== asked.from || range.to > asked.to) {
    return { kind: "again", reason: "the server answered with another range" };
  }
  // Deno takes the length away where it decodes: then the bytes are not those of the range.
  if (length(headers) !== range.to - range.from) {
    return {
      kind: "no parts",
      reason: "the object is kept compressed, or its parts have no length",
    };
  }
  const { total, ...bytes } = range;
  return { kind: "part", range: bytes, total, validator: validatorOf(headers), headers, response };
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-content-range */
function contentRange(headers: Headers): (Range & { readonly total: number }) | undefined {
  const found = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  if (found === null) return undefined;
  const [from, last, total] = found.slice(1).map(Number) as [number, number, number];
  return from <= last && last < total ? { from, to: last + 1, total } : undefined;
}

/** Any other answer. */
export function judgeRefusal(
  refusal: Refusal,
  { explanation, now }: { readonly explanation: Explanation; readonly now: Date },
): Refused {
  const { status, headers } = refusal;
  const { code, hint, passing } = explanation;
  const reason = `the server answered ${status}${code ? ` (${code})` : ""}`;
  if (status === 412) return { kind: "changed" };
  if (status === 416) return { kind: "no parts", reason };
  if (passing || PASSING.includes(status)) {
    return { kind: "again", reason, waitMs: retryAfter(headers, now) };
  }
  return { kind: "stop", reason, hint, absent: status === 404 || status === 410 };
}

function length(headers: Headers): number | undefined {
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
