/** Downloads one object with constant memory: retried, resumed where the server allows it, hashed. */

import { createHash } from "node:crypto";
import { ToolError } from "../errors.ts";
import type { World } from "../world.ts";
import { judge } from "./answer.ts";
import { networkProblem } from "./network_error.ts";
import type { Progress } from "./progress.ts";
import type { HttpRequest } from "./source.ts";
import { type Watchdog, watchdog } from "./watchdog.ts";

export interface DownloadPolicy {
  /** Silence that ends an attempt. */
  readonly stallMs: number;
  /** Attempts in a row that bring nothing new. */
  readonly retries: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** New bytes that count as headway. */
  readonly headway: number;
}

export const POLICY: DownloadPolicy = {
  stallMs: 30_000,
  retries: 6,
  firstWaitMs: 500,
  longestWaitMs: 60_000,
  headway: 1 << 20,
};

export interface DownloadRequest {
  readonly request: HttpRequest;
  readonly to: string;
  readonly progress: Progress;
  readonly policy?: DownloadPolicy;
}

export interface Downloaded {
  readonly size: number;
  readonly sha256: string;
  readonly etag: string | undefined;
  /** The server named the length, and that many bytes came. */
  readonly lengthKnown: boolean;
}

type Effects = Pick<World, "http" | "files" | "sleep" | "signal" | "streams" | "now">;

/** Where a download stands between its attempts. */
interface Transfer {
  offset: number;
  total: number | undefined;
  etag: string | undefined;
  hash: ReturnType<typeof createHash>;
}

type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "again"; readonly reason: string; readonly waitMs?: number | undefined }
  | { readonly kind: "stop"; readonly reason: string; readonly hint?: string | undefined };

export async function download(request: DownloadRequest, world: Effects): Promise<Downloaded> {
  const { policy = POLICY } = request;
  const transfer = newTransfer();
  let furthest = 0;
  let failures = 0;
  for (;;) {
    const outcome = await attempt(request, transfer, world);
    request.progress.end();
    if (outcome.kind === "done") return finish(request, transfer);
    if (transfer.offset >= furthest + policy.headway) failures = 0;
    furthest = Math.max(furthest, transfer.offset);
    failures++;
    if (outcome.kind === "stop" || failures > policy.retries) {
      const given = outcome.kind === "again" ? ` (${failures} times)` : "";
      throw new ToolError(`cannot fetch ${request.request.shown}: ${outcome.reason}${given}`, {
        hint: outcome.kind === "stop"
          ? outcome.hint
          : "check the server and the network, try later",
      });
    }
    const wait = outcome.waitMs ?? backoff(failures, policy);
    const waitMs = Math.min(wait, policy.longestWaitMs);
    world.streams.err(`fetch: ${outcome.reason}; again in ${(waitMs / 1000).toFixed(1)} s`);
    await world.sleep(waitMs);
  }
}

/** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
function backoff(failures: number, { firstWaitMs, longestWaitMs }: DownloadPolicy): number {
  return Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** failures);
}

function newTransfer(): Transfer {
  return { offset: 0, total: undefined, etag: undefined, hash: createHash("sha256") };
}

function finish({ request }: DownloadRequest, transfer: Transfer): Downloaded {
  const { offset: size, etag, total } = transfer;
  if (size === 0) {
    throw new ToolError(`cannot fetch ${request.shown}: the object is empty (0 bytes)`, {
      hint: "upload the model again",
    });
  }
  return { size, sha256: transfer.hash.digest("hex"), etag, lengthKnown: total !== undefined };
}

async function attempt(
  { request, to, progress, policy = POLICY }: DownloadRequest,
  transfer: Transfer,
  world: Effects,
): Promise<Outcome> {
  const watch = watchdog(policy.stallMs, world.signal);
  try {
    let response: Response;
    watch.start();
    try {
      const headers = { ...request.headers, ...conditions(transfer) };
      response = await world.http.fetch(request.url, { headers, signal: watch.signal });
    } catch (error) {
      return failed(error, world.signal);
    }
    const verdict = judge(response, transfer, world.now());
    if (verdict.kind === "again" || verdict.kind === "stop") {
      await response.body?.cancel();
      if (verdict.kind === "again" && verdict.whole) Object.assign(transfer, newTransfer());
      return verdict;
    }
    if (verdict.kind === "start") {
      Object.assign(transfer, newTransfer(), { total: verdict.total, etag: verdict.etag });
      await world.files.remove(to);
    }
    const report = () => progress.report(transfer.offset, transfer.total);
    const body = recorded(response, transfer, watch, report);
    await world.files.write(to, body.stream, { append: verdict.kind === "append" })
      .finally(body.release);
    const error = body.error();
    return error === undefined ? whole(transfer) : failed(error, world.signal);
  } finally {
    watch.stop();
  }
}

/** The rest can be asked for only when the object can be told from a later one by its tag. */
function conditions({ offset, total, etag }: Transfer): Record<string, string> {
  const encoding = { "accept-encoding": "identity" };
  return offset > 0 && total !== undefined && etag !== undefined && offset < total
    ? { ...encoding, range: `bytes=${offset}-`, "if-range": etag }
    : encoding;
}

function failed(error: unknown, signal: AbortSignal): Outcome {
  if (signal.aborted) throw signal.reason;
  const { reason, lasting, hint } = networkProblem(error);
  return lasting ? { kind: "stop", reason, hint } : { kind: "again", reason };
}

function whole({ offset, total }: Transfer): Outcome {
  if (total === undefined || offset === total) return { kind: "done" };
  return { kind: "again", reason: `${offset} of ${total} bytes came` };
}

/**
 * The body as a stream that ends where the network fails, so that the file holds exactly the bytes
 * that were counted and hashed, and can be appended to. A slow disk does not count as a silent
 * server: the watch runs only while we wait for bytes.
 */
function recorded({ body }: Response, transfer: Transfer, watch: Watchdog, onBytes: () => void) {
  const reader = body?.getReader();
  let error: unknown;
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        watch.start();
        const next = await reader?.read();
        watch.stop();
        if (next === undefined || next.done) return controller.close();
        transfer.hash.update(next.value);
        transfer.offset += next.value.length;
        onBytes();
        controller.enqueue(next.value);
      } catch (cause) {
        error = cause ?? new Error("the connection ended");
        controller.close();
      }
    },
    cancel: (reason) => reader?.cancel(reason),
  });
  const release = async () => {
    await reader?.cancel().catch(() => {});
  };
  return { stream, error: () => error, release };
}
