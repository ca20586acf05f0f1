/** What all parts of one download share: its request, how far it is, and its words of failure. */

import { ToolError } from "../../errors.ts";
import type { PartFile, World } from "../../world.ts";
import type { Stop } from "./answer.ts";
import { failed } from "./ask.ts";
import type { Checksum } from "./checksum.ts";
import type { Consume } from "./in_order.ts";
import type { Journal, Version } from "./journal.ts";
import type { PatiencePolicy } from "./patience.ts";
import type { Slots } from "./slots.ts";
import type { Provider, Range } from "./provider.ts";

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
  connections: 24,
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

/** Follows the bytes in order, for the digest and for whoever unpacks them meanwhile. */
export interface Checking {
  /** What comes from now on is of this version; goes on where it was the same one before. */
  begin(version: CheckedVersion): void;
  /** All bytes before this one are there. */
  reach(front: number): void;
  /** The digest, if it was wanted. @throws ToolError when the storage's checksum says otherwise */
  complete(total: number): Promise<string | undefined>;
  /** Whatever happened: nothing goes on in the background. */
  end(): Promise<void>;
}

export interface CheckedVersion {
  readonly validator: string | undefined;
  readonly checksum: Checksum | undefined;
}

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
