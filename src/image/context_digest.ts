/** Which image would be built: tells builds apart without a builder. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Files } from "../world.ts";

const CHUNK = 4 * 1024 * 1024;

/** @param request what else decides: flags, and what the builder gets besides */
export async function contextDigest(
  tree: string,
  request: unknown,
  files: Files,
): Promise<string> {
  const names = (await files.list(join(tree, "toolkit"))).map((name) => `toolkit/${name}`);
  const digest = createHash("sha256").update(JSON.stringify(request));
  for (const name of ["Dockerfile", ...names]) {
    const file = await files.open(join(tree, name));
    try {
      digest.update(`\n${name} ${file.size}\n`);
      for (let at = 0; at < file.size; at += CHUNK) {
        digest.update(await file.readAt(at, Math.min(CHUNK, file.size - at)));
      }
    } finally {
      file.close();
    }
  }
  return digest.digest("hex");
}
