/** Writes the body of an answer to its place in the file, as it comes. */

import type { PartFile } from "../../world.ts";
import type { Range } from "./provider.ts";
import type { Watchdog } from "./watchdog.ts";

/** Large enough for few calls, small enough for sixteen of them. */
const BUFFER = 1 << 18;

export interface Received {
  /** The first byte that is not there. */
  readonly at: number;
  /** What ended it before its time. */
  readonly error?: unknown;
}

export interface Receiving {
  readonly file: PartFile;
  /** A slow disk does not count as a silent server: it runs only while we wait for bytes. */
  readonly watch: Watchdog;
  readonly onBytes: (range: Range) => void;
}

/** @param range where the body belongs; its end may be unknown (Infinity) */
export async function receive(
  { body }: Response,
  range: Range,
  { file, watch, onBytes }: Receiving,
): Promise<Received> {
  const reader = body?.getReader({ mode: "byob" });
  let buffer = new Uint8Array(BUFFER);
  let at = range.from;
  try {
    for (;;) {
      watch.start();
      const next = await reader?.read(buffer).finally(watch.stop).catch((error) => ({ error }));
      if (next !== undefined && "error" in next) {
        return { at, error: next.error ?? new Error("the connection ended") };
      }
      const bytes = next?.value;
      if (bytes === undefined || bytes.length === 0) return { at };
      if (at + bytes.length > range.to) {
        return { at, error: new Error("more bytes came than were asked for") };
      }
      file.writeAt(at, bytes);
      onBytes({ from: at, to: at += bytes.length });
      buffer = new Uint8Array(bytes.buffer);
    }
  } finally {
    await reader?.cancel().catch(() => {});
    reader?.releaseLock();
  }
}
