/** A request and its answer, in the queue of all that may run at the same time. */

import type { Verdict } from "./answer.ts";
import { ask, type AskEffects } from "./ask.ts";
import type { Slots } from "./slots.ts";
import type { Ask, Provider } from "./provider.ts";
import { type Watchdog, watchdog } from "./watchdog.ts";

export interface Exchange {
  readonly verdict: Verdict;
  /** Watches over the body too. */
  readonly watch: Watchdog;
  /** Ends it, whatever is left of the body, and lets the next one begin. */
  end(): Promise<void>;
}

export interface ExchangeRequest {
  readonly provider: Provider;
  readonly slots: Slots;
  readonly policy: { readonly stallMs: number };
}

export async function exchange(
  what: Ask,
  { provider, slots, policy }: ExchangeRequest,
  world: AskEffects,
): Promise<Exchange> {
  const release = await slots.take();
  const watch = watchdog(policy.stallMs, world.signal);
  try {
    const verdict = await ask(what, { provider, watch }, world);
    const end = async () => {
      watch.stop();
      // Fails where the body was broken off.
      if ("response" in verdict) await verdict.response.body?.cancel().catch(() => {});
      release();
    };
    return { verdict, watch, end };
  } catch (error) {
    release();
    throw error;
  }
}
