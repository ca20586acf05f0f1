/** Takes an object in parallel parts, each of them checked to be of the same version. */

import { Interrupted } from "../../errors.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { journalKeeper, type Version } from "./journal.ts";
import { patience } from "./patience.ts";
import { type Pieces, piecesOf } from "./pieces.ts";
import { receive } from "./receive.ts";
import type { Range } from "./provider.ts";
import {
  brokenOff,
  CHANGED,
  FRESH,
  gaveUp,
  type Next,
  partSize,
  pause,
  type Plan,
  stopped,
  type Transfer,
  type Trouble,
  WHOLE,
} from "./transfer.ts";

interface Opening {
  /** With the first missing part, or with a byte of what is all there. */
  readonly opened: Exchange;
  readonly there: readonly Range[];
  readonly version: Version;
}

/** Ends all parts at once: the object cannot be completed by them. */
class Restart extends Error {
  readonly plan: Plan;
  readonly trouble: Trouble;
  constructor(plan: Plan, trouble: Trouble) {
    super(trouble.reason);
    this.plan = plan;
    this.trouble = trouble;
  }
}

const TOLD_AGAIN_MS = 10_000;
const IGNORED: Trouble = { reason: "the server answered 200 to a range" };

interface Job extends Transfer {
  readonly version: Version;
  readonly pieces: Pieces;
  readonly onBytes: (range: Range) => void;
}

export async function takeParts(
  { opened, there, version }: Opening,
  transfer: Transfer,
): Promise<Next> {
  const { request, file, checking, world } = transfer;
  const { total, validator } = version;
  const stop = new AbortController();
  const signal = AbortSignal.any([world.signal, stop.signal]);
  const pieces = piecesOf(total, there);
  const keeper = journalKeeper(request, {
    file,
    world,
    saved: () => ({ ...version, there: pieces.there() }),
  });
  const onBytes = (range: Range) => {
    pieces.arrived(range);
    checking.reach(pieces.front());
    request.onProgress(pieces.count(), total);
    keeper.tick();
  };
  checking.reach(pieces.front());
  const inner = { ...world, signal, streams: tellingOnce(world) };
  const job: Job = { ...transfer, world: inner, version, pieces, onBytes };
  const work = (first?: Exchange) => worker(job, first).catch((error) => stop.abort(error));
  const others = Math.ceil(total / partSize(total, request.policy)) - 1;
  const count = Math.min(request.policy.connections - 1, others);
  await Promise.all([work(opened), ...Array.from({ length: count }, () => work())]);
  const { reason } = signal;
  if (!(reason instanceof Interrupted)) await keeper.save();
  if (reason instanceof Restart) {
    return { plan: reason.plan, trouble: reason.trouble, reached: pieces.count() };
  }
  signal.throwIfAborted();
  const sha256 = await checking.complete(total).catch(async (error) => {
    await request.journal.remove();
    throw error;
  });
  return { done: { size: total, sha256, validator, lengthKnown: true } };
}

/** Many parts have the same trouble at the same time. */
function tellingOnce({ streams, now }: Transfer["world"]): Transfer["world"]["streams"] {
  const told = new Map<string, number>();
  return {
    ...streams,
    err: (text) => {
      const trouble = text.replace(/; again in .*/, "");
      const time = now().getTime();
      if (time < (told.get(trouble) ?? -Infinity) + TOLD_AGAIN_MS) return;
      told.set(trouble, time);
      streams.err(text);
    },
  };
}

/** Takes one part after the other, until there are none left. */
async function worker(job: Job, first?: Exchange): Promise<void> {
  const { request, request: { below, policy, shown }, version: { total, validator } } = job;
  const { world, pieces } = job;
  const own = patience(policy);
  const size = partSize(total, policy);
  for (let open = first;; open = undefined) {
    world.signal.throwIfAborted();
    const verdict = open?.verdict;
    const range = pieces.take(
      verdict?.kind === "part" ? verdict.range.to - verdict.range.from : size,
    );
    if (range === undefined) return;
    const now = open ?? await exchange({ below, range, validator }, request, world);
    const trouble = await part({ range, now }, job).finally(now.end);
    if (trouble === undefined) continue;
    const waitMs = own.wait(pieces.count(), trouble.waitMs);
    if (waitMs === undefined) {
      throw trouble === IGNORED ? new Restart(WHOLE, trouble) : gaveUp(shown, trouble, own.count());
    }
    await pause({ ...trouble, waitMs }, world);
  }
}

async function part(
  { range, now }: { readonly range: Range; readonly now: Exchange },
  { request: { shown }, version, file, pieces, onBytes, world }: Job,
): Promise<Trouble | undefined> {
  const { verdict, watch } = now;
  if (verdict.kind !== "part") pieces.giveBack(range);
  switch (verdict.kind) {
    case "stop":
      throw stopped(shown, verdict);
    case "again":
      return verdict;
    case "changed":
      throw new Restart(FRESH, CHANGED);
    case "no parts":
      throw new Restart(WHOLE, verdict);
    case "whole":
      if (verdict.validator !== version.validator) throw new Restart(FRESH, CHANGED);
      return IGNORED;
    case "part": {
      if (verdict.total !== version.total || verdict.validator !== version.validator) {
        throw new Restart(FRESH, CHANGED);
      }
      const { to } = verdict.range;
      const { at, error } = await receive(verdict.response, verdict.range, {
        file,
        watch,
        onBytes,
      });
      pieces.giveBack({ from: at, to: range.to });
      if (error !== undefined) return brokenOff(error, shown, world.signal);
      return at < to ? { reason: `a part of ${to} bytes ended at ${at}` } : undefined;
    }
  }
}
