/** What stands at a path, and taking it away. */

import { basename, dirname, join } from "node:path";
import type { PathKind } from "../world.ts";

/** Asked often, and answered by the kernel's cache: a thread for each would cost more. */
// deno-lint-ignore require-await
export async function kind(path: string): Promise<PathKind | undefined> {
  const info = ifThere(() => Deno.lstatSync(path));
  if (info === undefined) return undefined;
  if (info.isSymlink) return "link";
  if (info.isDirectory) return "directory";
  return info.isFile ? "file" : "other";
}

/** What is asked of a path; undefined when nothing is there. */
export function ifThere<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}

export async function remove(path: string): Promise<void> {
  if (await kind(path) === undefined) return;
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
  const paths = clearable(folder, keep);
  Deno.mkdirSync(trash);
  for (const [index, path] of paths.entries()) {
    Deno.renameSync(join(folder, path), join(trash, String(index)));
  }
  await remove(trash);
}

/** Folders have several names, so their real ones are compared; a link to what is kept is kept too. */
export function clearable(folder: string, keep: readonly string[]): readonly string[] {
  const kept = keep.flatMap((path) => {
    const parent = realPath(dirname(path));
    return parent === undefined ? [] : [join(parent, basename(path))];
  });
  const root = realPath(folder);
  return root === undefined ? [] : [...walk({ root, kept }, "")];
}

interface Clearing {
  readonly root: string;
  /** With the real path of the folder that each lies in. */
  readonly kept: readonly string[];
}

function* walk({ root, kept }: Clearing, below: string): Generator<string> {
  for (const { name, isDirectory, isSymlink } of [...Deno.readDirSync(join(root, below))]) {
    const path = join(below, name);
    const own = join(root, path);
    const real = isSymlink ? realPath(own) ?? own : own;
    if (own === join(root, TRASH) || kept.includes(own) || kept.includes(real)) continue;
    const leadsToKept = kept.some((one) => one.startsWith(join(real, "/")));
    if (!leadsToKept) yield path;
    else if (isDirectory) yield* walk({ root, kept }, path);
  }
}

function realPath(path: string): string | undefined {
  return ifThere(() => Deno.realPathSync(path));
}
