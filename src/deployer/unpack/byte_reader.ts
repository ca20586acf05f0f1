/** Chunks of any size, read in pieces of the reader's choice. */

import { concatBytes } from "../../text/bytes.ts";
import { broken } from "./archive_error.ts";

export interface ByteReader {
  /** At least one byte and at most `limit`, as they come; undefined at the end. */
  some(limit: number): Promise<Uint8Array | undefined>;
  /** Exactly `length` bytes; undefined at the end. @throws ArchiveError when only a part is left */
  exactly(length: number): Promise<Uint8Array | undefined>;
  /** At least `length` bytes, fewer only at the end; they stay unread. */
  ahead(length: number): Promise<Uint8Array>;
  skip(count: number): void;
  /** All that is left; who stops reading it closes the source. */
  rest(): AsyncGenerator<Uint8Array>;
  /** Tells the source that nothing more is wanted. */
  close(): Promise<void>;
}

const NOTHING = new Uint8Array();

export function byteReader(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const source = chunks[Symbol.asyncIterator]();
  let left: Uint8Array = NOTHING;
  const next = async () => {
    const { done, value } = await source.next();
    return done ? undefined : value;
  };
  const take = (count: number) => {
    const taken = left.subarray(0, count);
    left = left.subarray(taken.length);
    return taken;
  };
  const ahead = async (length: number) => {
    if (left.length >= length) return left;
    const parts = [left];
    for (let held = left.length; held < length;) {
      const more = await next();
      if (more === undefined) break;
      parts.push(more);
      held += more.length;
    }
    return left = parts.length === 1 ? left : concatBytes(parts);
  };
  const some = async (limit: number) => {
    while (left.length === 0) {
      const more = await next();
      if (more === undefined) return undefined;
      left = more;
    }
    return take(limit);
  };
  const close = async () => {
    await source.return?.();
  };
  return {
    ahead,
    skip: take,
    close,
    some,
    rest: async function* () {
      try {
        for (let bytes; (bytes = await some(Infinity)) !== undefined;) yield bytes;
      } finally {
        await close();
      }
    },
    exactly: async (length) => {
      await ahead(length);
      if (left.length === 0) return undefined;
      if (left.length < length) throw broken("it ends too early");
      return take(length);
    },
  };
}
