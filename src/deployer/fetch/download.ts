/**
 * Downloads one object with constant memory: in parallel parts where the server allows it, retried,
 * resumed also after a kill, checked.
 */

import { Interrupted } from "../../errors.ts";
import { checking } from "./checking.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { takeParts } from "./parts.ts";
import { patience } from "./patience.ts";
import { piecesOf } from "./pieces.ts";
import {
  CHANGED,
  type Downloaded,
  type DownloadEffects,
  type DownloadRequest,
  FRESH,
  gaveUp,
  type Next,
  partSize,
  pause,
  type Plan,
  stopped,
  type Transfer,
  WHOLE,
} from "./transfer.ts";
import { takeWhole } from "./whole.ts";

export async function download(
  request: DownloadRequest,
  outer: DownloadEffects,
): Promise<Downloaded> {
  const stop = new AbortController();
  const world = { ...outer, signal: AbortSignal.any([outer.signal, stop.signal]) };
  const file = await world.files.openPart(request.to);
  const onFailure = (error: unknown) => stop.abort(error);
  const transfer = {
    request,
    file,
    world,
    checking: checking({ request, file, onFailure }, world),
  };
  try {
    return await attempts(transfer);
  } catch (error) {
    throw world.signal.aborted ? world.signal.reason : error;
  } finally {
    stop.abort(new Interrupted());
    await transfer.checking.end();
    file.close();
  }
}

async function attempts(transfer: Transfer): Promise<Downloaded> {
  const { request, world } = transfer;
  const own = patience(request.policy);
  let plan = await savedPlan(transfer);
  for (;;) {
    const next = await attempt(plan, transfer);
    if ("done" in next) return next.done;
    plan = next.plan;
    const { trouble, reached } = next;
    if (trouble === undefined) continue;
    const waitMs = own.wait(reached, trouble.waitMs);
    if (waitMs === undefined) throw gaveUp(request.shown, trouble, own.count());
    await pause({ ...trouble, waitMs }, world);
  }
}

/** What an earlier run left, if the file is still what its journal says. */
async function savedPlan({ request, file, world }: Transfer): Promise<Plan> {
  const { journal, to, onSaved } = request;
  const saved = await journal.read();
  const there = await world.files.open(to);
  there.close();
  if (saved !== undefined && there.size === saved.total) {
    onSaved(piecesOf(saved.total, saved.there).count());
    return { parts: true, version: saved, there: saved.there };
  }
  file.resize(0);
  return FRESH;
}

async function attempt(plan: Plan, transfer: Transfer): Promise<Next> {
  const { below, policy } = transfer.request;
  const { version, there } = plan;
  const free = piecesOf(version?.total ?? Infinity, there);
  const size = version ? partSize(version.total, policy) : policy.firstBytes;
  // When all is there, one byte tells whether the object still is the same.
  const range = plan.parts ? free.take(size) ?? { from: 0, to: 1 } : undefined;
  const what = { below, range, validator: version?.validator };
  const opened = await exchange(what, transfer.request, transfer.world);
  try {
    return await judge({ plan, opened }, transfer);
  } finally {
    await opened.end();
  }
}

async function judge(
  { plan, opened }: { readonly plan: Plan; readonly opened: Exchange },
  transfer: Transfer,
): Promise<Next> {
  const { request: { shown, provider, journal }, file, checking } = transfer;
  const { verdict } = opened;
  const { version, there } = plan;
  switch (verdict.kind) {
    case "stop":
      throw stopped(shown, verdict);
    case "again":
      return { plan, trouble: verdict, reached: 0 };
    case "changed":
      return { plan: FRESH, trouble: CHANGED, reached: 0 };
    case "no parts":
      if (!plan.parts) throw stopped(shown, { kind: "stop", reason: verdict.reason });
      return { plan: WHOLE, reached: 0 };
    case "whole":
      return await takeWhole({ plan, opened, ...verdict }, transfer);
    case "part": {
      const { total, validator } = verdict;
      if (version && (version.total !== total || version.validator !== validator)) {
        return { plan: FRESH, trouble: CHANGED, reached: 0 };
      }
      // Without a validator, parts of two versions could not be told apart.
      if (validator === undefined) return { plan: WHOLE, reached: 0 };
      if (!version) {
        // An old journal must not outlive the bytes that it describes.
        await journal.remove();
        file.resize(total);
      }
      checking.begin({ validator, checksum: provider.checksumOf(verdict.headers, true) });
      return await takeParts({ opened, there, version: { total, validator } }, transfer);
    }
  }
}
