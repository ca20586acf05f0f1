/** SHA-256 of a file on disk and of texts. */

import { createHash } from "node:crypto";
import type { RandomAccessFile } from "../world.ts";

const CHUNK = 1 << 20;

export async function sha256OfFile(
  file: RandomAccessFile,
  onProgress: (done: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  for (let offset = 0; offset < file.size; offset += CHUNK) {
    hash.update(await file.readAt(offset, CHUNK));
    onProgress(Math.min(offset + CHUNK, file.size));
  }
  return hash.digest("hex");
}

export function sha256OfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
