/** SHA-256 of a file on disk and of texts. */

import { createHash } from "node:crypto";
import type { RandomAccessFile } from "../world.ts";

const CHUNK = 1 << 20;
const PAUSE = 32 * CHUNK;

export async function sha256OfFile(
  file: RandomAccessFile,
  { signal, onProgress }: {
    readonly signal: AbortSignal;
    readonly onProgress: (done: number) => void;
  },
): Promise<string> {
  const hash = createHash("sha256");
  // One for all: a large file would leave many behind before they are collected.
  const buffer = new Uint8Array(CHUNK);
  for (let offset = 0; offset < file.size; offset += CHUNK) {
    hash.update(file.readInto(buffer.subarray(0, file.size - offset), offset));
    onProgress(Math.min(offset + CHUNK, file.size));
    if (offset % PAUSE === 0) await pause(signal);
  }
  return hash.digest("hex");
}

/** Reading and hashing never wait: without a pause no signal would be seen until the end. */
async function pause(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  signal.throwIfAborted();
}

export function sha256OfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
