/** A file in memory that counts what is read of it. */

import type { RandomAccessFile } from "../../src/world.ts";

export function inMemory(bytes: Uint8Array) {
  const read = { bytes: 0, calls: 0 };
  const file: RandomAccessFile = {
    size: bytes.length,
    readAt: (offset, length) => {
      const part = bytes.subarray(offset, offset + length);
      read.bytes += part.length;
      read.calls++;
      return Promise.resolve(part);
    },
    readInto: () => {
      throw new Error("nobody reads into a buffer of his own here");
    },
    close: () => {},
  };
  return { file, read };
}
