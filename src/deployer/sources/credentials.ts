/** Credentials that expire: fetched when first needed, and again before they end. */

import { ToolError, UserError } from "../../errors.ts";
import { systemReason } from "../../text/clean.ts";
import { networkProblem } from "../network_error.ts";
import type { HttpRequest, SourceEffects } from "../source.ts";
import { setVariable } from "./request.ts";

export interface Loaded<T> {
  readonly value: T;
  /** Undefined: they do not expire. */
  readonly expires?: number | undefined;
}

export interface Credentials<T> {
  get(): Promise<T>;
  /** Forgets them when fresh ones can be had; true when it did. */
  renew(): boolean;
}

/** Never used in their last minutes: a clock may be wrong, and a request takes its time. */
const MARGIN_MS = 300_000;
/** What was fetched just now and is refused would be refused again. */
const FRESH_MS = 60_000;

export function expiring<T>(
  load: () => Promise<Loaded<T>>,
  { now }: Pick<SourceEffects, "now">,
): Credentials<T> {
  let loading: Promise<Loaded<T>> | undefined;
  let loadedAt = 0;
  let isFinal = false;
  const start = () => {
    loadedAt = now().getTime();
    loading = load();
    loading.catch(() => loading = undefined);
    return loading;
  };
  return {
    get: async () => {
      let loaded = await (loading ?? start());
      isFinal = loaded.expires === undefined;
      const time = now().getTime();
      const old = time > (loaded.expires ?? Infinity) - MARGIN_MS && time > loadedAt + FRESH_MS;
      if (old) loaded = await start();
      return loaded.value;
    },
    renew: () => {
      if (isFinal || loading === undefined) return false;
      if (now().getTime() < loadedAt + FRESH_MS) return false;
      loading = undefined;
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
