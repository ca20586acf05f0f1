/** One question to the server: short, and answered in words that fit a log line. */

import { cleanText, systemReason } from "../text/clean.ts";
import type { World } from "../world.ts";

const TIMEOUT_MS = 5000;
const SHOWN_CHARACTERS = 300;

/** What the server said, or why it said nothing. */
export type Answer =
  | { readonly status: number; readonly body: string }
  | { readonly unreachable: string };

export async function ask(url: string, world: World, method = "GET"): Promise<Answer> {
  try {
    const signal = AbortSignal.any([world.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await world.http.fetch(url, { method, signal });
    return { status: response.status, body: await response.text() };
  } catch (error) {
    if (world.signal.aborted) throw world.signal.reason;
    if (!(error instanceof Error)) throw error;
    if (error.name === "TimeoutError") {
      return { unreachable: `no answer within ${TIMEOUT_MS / 1000} s` };
    }
    if (error instanceof TypeError) return { unreachable: reasonOf(error) };
    throw error;
  }
}

/** `Connection refused` out of Deno's chain `error sending request for url (…): …: …`. */
function reasonOf(error: TypeError): string {
  return cleanText(systemReason(error.message.split(": ").at(-1)));
}

/** `400 Model version not ready`, `Connection refused` */
export function printAnswer(answer: Answer): string {
  if ("unreachable" in answer) return answer.unreachable;
  const text = errorText(answer.body).replace(/\s+/g, " ").trim().slice(0, SHOWN_CHARACTERS);
  return cleanText(`${answer.status} ${text}`).trim();
}

/** Triton answers `{"error": "…"}`; others, like a proxy, whatever they like. */
function errorText(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && "error" in parsed) {
      return String(parsed.error);
    }
  } catch {
    // Not JSON: shown as it is.
  }
  return body;
}
