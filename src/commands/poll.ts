/** Looks at the cluster until something is so, past failures that do not last. */

import { summarize } from "../cluster/sentence.ts";
import { ToolError } from "../errors.ts";
import { cleanText } from "../text/clean.ts";
import type { World } from "../world.ts";

/** The longest outage of the cluster's API that is waited for. */
const OUTAGE_MS = 30_000;
/** For the last look, when the time is over. */
const LAST_LOOK_MS = 10_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Poll<T, R> {
  readonly seconds: number;
  readonly everyMs: number;
  /** May fail for a while. The signal ends it when the time is over. */
  look(signal: AbortSignal): Promise<T>;
  /** The result, or undefined to look again; what it throws ends the wait. */
  judge(seen: T, round: Round): Promise<R | undefined>;
  /** What to say when the time is over. */
  late(): Error;
}

export interface Round {
  readonly signal: AbortSignal;
  /** The time is over: there is no other look. */
  readonly last: boolean;
}

export async function poll<T extends object, R>(how: Poll<T, R>, world: World): Promise<R> {
  const now = () => world.now().getTime();
  const deadline = now() + how.seconds * 1000;
  // A timer beside the world's clock: it must end a tool that runs.
  const alarm = AbortSignal.timeout(Math.min(how.seconds * 1000, LONGEST_TIMER_MS));
  let outage: number | undefined;
  while (true) {
    const last = alarm.aborted || now() >= deadline;
    const signal = last ? AbortSignal.timeout(LAST_LOOK_MS) : alarm;
    const seen = await inTime(signal, () => how.look(signal).catch(onlyToolErrors));
    if (seen instanceof ToolError) {
      if (outage === undefined) sayOutage(seen, world);
      outage ??= now();
      if (last || now() - outage >= OUTAGE_MS || isToolMissing(seen)) throw seen;
    } else if (seen !== undefined) {
      outage = undefined;
      const result = await inTime(signal, () => how.judge(seen, { signal, last }));
      if (result !== undefined) return result;
    }
    if (last) throw how.late();
    if (!alarm.aborted) await world.sleep(Math.max(0, Math.min(how.everyMs, deadline - now())));
  }
}

/** Undefined when the signal ended it. */
async function inTime<T>(signal: AbortSignal, deed: () => Promise<T>): Promise<T | undefined> {
  try {
    return await deed();
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined;
    throw error;
  }
}

function onlyToolErrors(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  throw error;
}

/** Then no command has run. */
function isToolMissing(error: ToolError): boolean {
  return error.details.command === undefined;
}

function sayOutage(error: ToolError, world: World): void {
  if (isToolMissing(error)) return;
  const { sentence } = summarize(error.details.output || error.message);
  world.streams.err(cleanText(`the cluster does not answer, trying again: ${sentence}`));
}
