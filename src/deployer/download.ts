/**
 * Downloads one object with constant memory: in parallel parts where the server allows it, retried,
 * resumed also after a kill, checked.
 */

import { Interrupted, ToolError } from "../errors.ts";
import type { PartFile, World } from "../world.ts";
import type { Stop } from "./answer.ts";
import { failed } from "./ask.ts";
import { type Checking, checking } from "./checking.ts";
import { type Exchange, exchange } from "./exchange.ts";
import type { Consume } from "./in_order.ts";
import type { Journal, Version } from "./journal.ts";
import { takeParts } from "./parts.ts";
import { patience, type PatiencePolicy } from "./patience.ts";
import { piecesOf } from "./pieces.ts";
import type { Slots } from "./slots.ts";
import type { Provider, Range } from "./source.ts";
import { takeWhole } from "./whole.ts";

export interface DownloadPolicy extends PatiencePolicy {
  /** Silence that ends a request. */
  readonly stallMs: number;
  /** Requests at the same time. */
  readonly connections: number;
  /** What the first request asks for, while the size is not known. */
  readonly firstBytes: number;
  /** Sizes of a part: large ones need few requests, small ones can soon be read in order. */
  readonly smallestPart: number;
  readonly largestPart: number;
  /** How often it is written down what is there. */
  readonly saveMs: number;
}

export const POLICY: DownloadPolicy = {
  stallMs: 30_000,
  retries: 6,
  firstWaitMs: 500,
  longestWaitMs: 60_000,
  headway: 1 << 20,
  connections: 16,
  firstBytes: 8 << 20,
  smallestPart: 8 << 20,
  largestPart: 64 << 20,
  saveMs: 500,
};

export interface DownloadRequest {
  readonly provider: Provider;
  /** An object below the address; undefined: the address itself. */
  readonly below?: string | undefined;
  /** The address without its secrets. */
  readonly shown: string;
  readonly to: string;
  readonly journal: Journal;
  /** Wants the digest. */
  readonly sha256: boolean;
  readonly consume?: Consume | undefined;
  readonly onProgress: (done: number, total: number | undefined) => void;
  /** So much is there from an earlier run. */
  readonly onSaved: (bytes: number) => void;
  readonly slots: Slots;
  readonly policy: DownloadPolicy;
}

export interface Downloaded {
  readonly size: number;
  /** Only when it was wanted. */
  readonly sha256: string | undefined;
  readonly validator: string | undefined;
  /** The server named the length, and that many bytes came. */
  readonly lengthKnown: boolean;
}

/** Nothing, or an empty object, is at the address. */
export class Absent extends ToolError {}

export type DownloadEffects = Pick<
  World,
  "http" | "files" | "sleep" | "signal" | "streams" | "now"
>;

/** What all attempts of one download share. */
export interface Transfer {
  readonly request: DownloadRequest;
  readonly file: PartFile;
  readonly checking: Checking;
  readonly world: DownloadEffects;
}

/** What to try next. */
export interface Plan {
  /** False: this server, or this object, can only be had as a whole. */
  readonly parts: boolean;
  /** What is there is of this version. */
  readonly version?: Version;
  readonly there: readonly Range[];
}

export interface Trouble {
  readonly reason: string;
  readonly waitMs?: number | undefined;
}

export type Next =
  | { readonly done: Downloaded }
  | { readonly plan: Plan; readonly trouble?: Trouble; readonly reached: number };

export const FRESH: Plan = { parts: true, there: [] };
export const WHOLE: Plan = { parts: false, there: [] };
export const CHANGED: Trouble = { reason: "the object changed meanwhile" };

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
  const { request: { shown, provider }, file, checking } = transfer;
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
      if (!version) file.resize(total);
      checking.begin({ validator, checksum: provider.checksumOf(verdict.headers, true) });
      return await takeParts({ opened, there, version: { total, validator } }, transfer);
    }
  }
}

/** What ended a body before its time. @throws when trying again cannot help */
export function brokenOff(error: unknown, shown: string, signal: AbortSignal): Trouble {
  const verdict = failed(error, signal);
  if (verdict.kind === "stop") throw stopped(shown, verdict);
  return verdict;
}

export function partSize(total: number, policy: DownloadPolicy): number {
  const even = Math.ceil(total / (2 * policy.connections));
  return Math.min(policy.largestPart, Math.max(policy.smallestPart, even));
}

export async function pause(
  { reason, waitMs }: Trouble & { readonly waitMs: number },
  { streams, sleep, signal }: DownloadEffects,
): Promise<void> {
  streams.err(`fetch: ${reason}; again in ${(waitMs / 1000).toFixed(1)} s`);
  signal.throwIfAborted();
  const controller = new AbortController();
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { signal: controller.signal })
  );
  await Promise.race([sleep(waitMs), aborted]).finally(() => controller.abort());
}

export function stopped(shown: string, { reason, hint, absent }: Stop): ToolError {
  const message = `cannot fetch ${shown}: ${reason}`;
  return absent ? new Absent(message, { hint }) : new ToolError(message, { hint });
}

export function gaveUp(shown: string, { reason }: Trouble, count: number): ToolError {
  return new ToolError(`cannot fetch ${shown}: ${reason} (${count} times)`, {
    hint: "check the server and the network, try later",
  });
}
