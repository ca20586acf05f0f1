/** What stands at a path, and taking it away. */

import type { PathKind } from "../world.ts";

/** Asked often, and answered by the kernel's cache: a thread for each would cost more. */
// deno-lint-ignore require-await
export async function kind(path: string): Promise<PathKind | undefined> {
  try {
    const info = Deno.lstatSync(path);
    if (info.isSymlink) return "link";
    if (info.isDirectory) return "directory";
    return info.isFile ? "file" : "other";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}

export async function remove(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
