/** Sends one request of a provider and says what the answer means. */

import { ToolError, UserError } from "../../errors.ts";
import type { World } from "../../world.ts";
import {
  type Again,
  judgePart,
  judgeRefusal,
  judgeWhole,
  type Refused,
  type Stop,
  type Verdict,
} from "./answer.ts";
import { networkProblem } from "./network_error.ts";
import type { Ask, HttpRequest, Provider, Refusal } from "./provider.ts";
import type { Watchdog } from "./watchdog.ts";

export type AskEffects = Pick<World, "http" | "now" | "signal">;

const MAX_REDIRECTS = 10;
const REFUSAL_BYTES = 16_384;

export interface Asking {
  readonly provider: Provider;
  readonly watch: Watchdog;
}

/** A part and the whole come with a body, which is read or cancelled by whoever asked. */
export async function ask(what: Ask, asking: Asking, world: AskEffects): Promise<Verdict> {
  const { provider } = asking;
  const answer = await send(() => provider.get(what), asking, world);
  if (!(answer instanceof Response)) return answer;
  const { validatorOf } = provider;
  const verdict = answer.status === 200
    ? judgeWhole(answer, validatorOf)
    : judgePart(answer, { asked: what.range, validatorOf });
  if (verdict.kind !== "part" && verdict.kind !== "whole") await answer.body?.cancel();
  return verdict;
}

/**
 * An answer with a body, or why there is none.
 * @throws what ended `world.signal`, and what is no trouble of the network
 */
export async function send(
  describe: () => Promise<HttpRequest>,
  asking: Asking,
  world: AskEffects,
): Promise<Response | Refused> {
  const { provider, watch } = asking;
  try {
    const request = await describe();
    watch.start();
    const response = await follow(request, asking, world);
    if (response.status === 200 || response.status === 206) return response;
    const refusal = await read(response);
    if (provider.adapt(refusal, request)) return await send(describe, asking, world);
    const explanation = provider.explain(refusal);
    return judgeRefusal(refusal, { explanation, now: world.now() });
  } catch (error) {
    return failed(error, world.signal);
  } finally {
    watch.stop();
  }
}

/** What a broken connection means. */
export function failed(error: unknown, signal: AbortSignal): Again | Stop {
  if (signal.aborted) throw signal.reason;
  if (error instanceof UserError || error instanceof ToolError) throw error;
  const { reason, lasting, hint } = networkProblem(error);
  return lasting ? { kind: "stop", reason, hint } : { kind: "again", reason };
}

/** Nothing of ours but the range and its condition goes to another host. */
async function follow(
  request: HttpRequest,
  { provider, watch: { signal } }: Asking,
  { http }: AskEffects,
): Promise<Response> {
  let { url, headers, method } = request;
  for (let i = 0; i < MAX_REDIRECTS; i++) {
    const response = await http.fetch(url, {
      ...(method ? { method } : {}),
      headers: { ...headers, "accept-encoding": "identity" },
      redirect: "manual",
      signal,
    });
    const location = response.headers.get("location");
    if (!provider.redirects || ![301, 302, 303, 307, 308].includes(response.status) || !location) {
      return response;
    }
    await response.body?.cancel();
    const next = new URL(location, url);
    const [before, after] = [new URL(url).protocol, next.protocol];
    if (after !== before && after !== "https:") {
      throw new Error(`redirect from ${before.slice(0, -1)} to ${after.slice(0, -1)} refused`);
    }
    if (next.origin !== new URL(url).origin) {
      const kept = Object.entries(headers).filter(([name]) => ["range", "if-range"].includes(name));
      headers = Object.fromEntries(kept);
    }
    url = next.href;
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`);
}

async function read(response: Response): Promise<Refusal> {
  const { status, headers } = response;
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < REFUSAL_BYTES) {
    const next = await reader?.read();
    if (next === undefined || next.done) break;
    text += decoder.decode(next.value, { stream: true });
  }
  await reader?.cancel();
  return { status, headers, text };
}
