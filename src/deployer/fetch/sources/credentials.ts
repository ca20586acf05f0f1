/** Credentials that expire: fetched when first needed, and again before they end. */

import { ToolError, UserError } from "../../../errors.ts";
import { systemReason } from "../../../text/clean.ts";
import { networkProblem } from "../network_error.ts";
import type { HttpRequest, SourceEffects } from "../provider.ts";
import { setVariable } from "./request.ts";

export interface Loaded<T> {
  readonly value: T;
  /** Undefined: they do not expire. */
  readonly expires?: number | undefined;
}

export interface Credentials<T> {
  get(): Promise<T>;
  /**
   * True when the next request will have other ones than those that were refused: many requests
   * are refused at the same time.
   */
  renew(isRefused: (value: T) => boolean): boolean;
}

/** Never used in their last minutes: a clock may be wrong, and a request takes its time. */
const MARGIN_MS = 300_000;
/** What was fetched just now and is refused would be refused again. */
const FRESH_MS = 60_000;

interface Loading<T> {
  readonly at: number;
  readonly loaded: Promise<Loaded<T>>;
}

export function expiring<T>(
  load: () => Promise<Loaded<T>>,
  { now }: Pick<SourceEffects, "now">,
): Credentials<T> {
  let current: Loading<T> | undefined;
  let last: Loaded<T> | undefined;
  const time = () => now().getTime();
  const start = () => {
    const own = current = { at: time(), loaded: load() };
    last = undefined;
    own.loaded.then((loaded) => own === current && (last = loaded), () => {
      if (own === current) current = undefined;
    });
    return own;
  };
  const isFresh = ({ at }: Loading<T>) => time() < at + FRESH_MS;
  return {
    get: async () => {
      const own = current ?? start();
      const { value, expires = Infinity } = await own.loaded;
      if (isFresh(own) || time() < expires - MARGIN_MS) return value;
      const next = current === undefined || current === own ? start() : current;
      return (await next.loaded).value;
    },
    renew: (isRefused) => {
      if (current === undefined || last === undefined || !isRefused(last.value)) return true;
      if (last.expires === undefined || isFresh(current)) return false;
      current = undefined;
      return true;
    },
  };
}

const TIMEOUT_MS = 10_000;
const TRIES = 3;

interface Asked {
  /** Completes "cannot get credentials from …". */
  readonly from: string;
  readonly timeoutMs?: number;
  /** The server's own word for what is wrong, in the text of its answer. */
  readonly code?: (text: string) => string | undefined;
  readonly hint?: string;
}

/** The text of the answer of whoever gives credentials. */
export async function askForCredentials(
  { url, ...init }: HttpRequest,
  { from, timeoutMs = TIMEOUT_MS, code, hint }: Asked,
  { http, signal }: SourceEffects,
): Promise<string> {
  let reason = "";
  for (let i = 0; i < TRIES; i++) {
    try {
      const response = await http.fetch(url, {
        ...init,
        redirect: "manual",
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), signal]),
      });
      const text = await response.text();
      if (response.ok) return text;
      const word = code?.(text);
      reason = `the server answered ${response.status}${word ? ` (${word})` : ""}`;
      if (response.status < 500 && response.status !== 429) break;
    } catch (error) {
      signal.throwIfAborted();
      reason = networkProblem(error).reason;
    }
  }
  throw new ToolError(`cannot get credentials from ${from}: ${reason}`, { hint });
}

/** What stands in the file that the variable names: read each time, since tokens are rotated. */
export async function readNamedFile(variable: string, world: SourceEffects): Promise<string> {
  try {
    return (await world.files.readText(setVariable(world, variable)!)).trim();
  } catch (error) {
    throw new UserError({ where: variable, what: `cannot be read: ${systemReason(error)}` });
  }
}

/** @throws ToolError instead of showing what could not be read: it may hold a secret */
export function parseCredentials(text: string, from: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Said below.
  }
  throw new ToolError(`cannot get credentials from ${from}: what it says is no JSON object`);
}

/** The access token of an OAuth 2.0 answer: https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
export function accessToken(
  text: string,
  { from, now }: { readonly from: string; readonly now: Date },
): Loaded<string> {
  const { access_token: token, expires_in: seconds } = parseCredentials(text, from);
  if (typeof token !== "string") {
    throw new ToolError(`cannot get credentials from ${from}: its answer holds no access token`);
  }
  return { value: token, expires: now.getTime() + Number(seconds ?? 3600) * 1000 };
}

export function bearer(token: string): string {
  return `Bearer ${token}`;
}

/** OAuth's own word for what is wrong. */
export function oauthError(text: string): string | undefined {
  return /"error"\s*:\s*"(\w{1,60})"/.exec(text)?.[1];
}

export function form(fields: Readonly<Record<string, string>>): Omit<HttpRequest, "url"> {
  return {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  };
}
