/** What stands at a path, and taking it away. */

import { join, resolve } from "node:path";
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

/** What is being removed: a folder that a kill left half-removed must not look like one of ours. */
const TRASH = ".navigator-trash";

export async function clear(folder: string, keep: readonly string[]): Promise<void> {
  const trash = join(folder, TRASH);
  await remove(trash);
  Deno.mkdirSync(trash);
  for (const [index, path] of [...removable(folder, keep.map((path) => resolve(path)))].entries()) {
    Deno.renameSync(path, join(trash, String(index)));
  }
  await remove(trash);
}

function* removable(folder: string, keep: readonly string[]): Generator<string> {
  for (const { name, isDirectory } of [...Deno.readDirSync(folder)]) {
    const path = resolve(folder, name);
    if (name === TRASH || keep.includes(path)) continue;
    if (isDirectory && keep.some((one) => one.startsWith(`${path}/`))) yield* removable(path, keep);
    else yield path;
  }
}
