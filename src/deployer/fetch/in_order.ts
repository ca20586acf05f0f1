/** Reads a file in order while its parts come in any order: for a digest, and for who unpacks it. */

import { setImmediate } from "node:timers";
import type { PartFile } from "../../world.ts";
import type { Digester } from "./crc.ts";

/** Reads the object from its first byte; called again with a new stream when it has to start again. */
export type Consume = (bytes: ReadableStream<Uint8Array>) => Promise<void>;

export interface Arrival {
  /** All bytes before this one are there. */
  reach(front: number): void;
  complete(total: number): void;
  fail(error: unknown): void;
  /** The next bytes, once they are there, in the buffer; undefined at the end. */
  next(buffer: Uint8Array): Promise<Uint8Array | undefined>;
}

const CHUNK = 1 << 18;
/** Reading and hashing never wait: without a pause nothing else would happen meanwhile. */
const PAUSE = 16 * CHUNK;

export function arrivalIn(file: PartFile): Arrival {
  let front = 0;
  let at = 0;
  let end: number | undefined;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  return {
    reach: (to) => {
      front = Math.max(front, to);
      wake();
    },
    complete: (total) => {
      front = end = total;
      wake();
    },
    fail: (error) => {
      failure ??= { error };
      wake();
    },
    next: async (buffer) => {
      while (failure === undefined && at >= front && at !== end) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      if (failure !== undefined) throw failure.error;
      if (at === end) return undefined;
      if (at % PAUSE < CHUNK) await new Promise((resolve) => setImmediate(resolve));
      const bytes = file.readInto(buffer.subarray(0, front - at), at);
      if (bytes.length === 0) throw new Error("the download was cut off meanwhile");
      at += bytes.length;
      return bytes;
    },
  };
}

/** All of it goes through the digesters where there are any, also what nobody wants to consume. */
export async function followOrder(
  { next }: Arrival,
  { digesters, consume }: {
    readonly digesters: readonly Digester[];
    readonly consume: Consume | undefined;
  },
): Promise<void> {
  const digested = async (buffer: Uint8Array) => {
    const bytes = await next(buffer);
    if (bytes !== undefined) { for (const digester of digesters) digester.update(bytes); }
    return bytes;
  };
  if (consume !== undefined) {
    const pull = async (controller: ReadableByteStreamController) => {
      // Whoever brings a buffer of his own spares the making of a new one each time.
      const { byobRequest } = controller;
      const own = byobRequest?.view as Uint8Array<ArrayBuffer> | undefined;
      const bytes = await digested(own ?? new Uint8Array(CHUNK));
      if (bytes === undefined) controller.close();
      if (byobRequest) byobRequest.respond(bytes?.length ?? 0);
      else if (bytes) controller.enqueue(bytes);
    };
    await consume(new ReadableStream({ type: "bytes", pull }, { highWaterMark: 0 }));
  }
  if (digesters.length === 0) return;
  const buffer = new Uint8Array(CHUNK);
  while (await digested(buffer) !== undefined);
}
