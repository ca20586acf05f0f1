/** Reads a text that somebody else has written: bounded, and only if it is one. */

import { systemReason } from "../text/clean.ts";
import type { Files } from "../world.ts";

/**
 * @returns undefined when it is larger
 * @throws Error whose message completes "cannot be read: …"
 */
export async function readUtf8(
  path: string,
  maxBytes: number,
  files: Files,
): Promise<string | undefined> {
  try {
    const file = await files.open(await files.realPath(path));
    file.close();
    if (file.size > maxBytes) return undefined;
    return new TextDecoder("utf-8", { fatal: true }).decode(await files.readBytes(path));
  } catch (error) {
    throw new Error(error instanceof TypeError ? "it is not UTF-8 text" : systemReason(error));
  }
}
