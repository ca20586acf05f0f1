/**
 * Replaces a whole tree in one step. The new tree is written to `.<name>.navigator-new` in a scratch
 * directory on the same volume; then the old one is renamed to `.<name>.navigator-old`, the new one
 * renamed in, the old one removed. After a kill at any point `recover` ends with a whole tree:
 *
 * | target | old  | new  | what happened              | what recover does      |
 * |--------|------|------|----------------------------|------------------------|
 * | yes    | no   | yes  | killed while staging       | removes the new one    |
 * | no     | yes  | yes  | killed between the renames | renames the new one in |
 * | no     | yes  | no   | (not by us)                | puts the old one back  |
 * | yes    | yes  | -    | killed while removing      | removes both           |
 */

import { basename, dirname, join } from "node:path";
import type { FileContent, FileTree, Staged } from "../world.ts";
import { kind, remove } from "./paths.ts";

/** Staged trees by path, with the directory whose lock they hold. */
const locks = new Map<string, Deno.FsFile>();

interface Places {
  readonly target: string;
  readonly fresh: string;
  readonly old: string;
}

function places(target: string, scratch: string): Places {
  const name = basename(target);
  return {
    target,
    fresh: join(scratch, `.${name}.navigator-new`),
    old: join(scratch, `.${name}.navigator-old`),
  };
}

export async function stage(
  target: string,
  tree: FileTree,
  scratch: string = dirname(target),
): Promise<Staged> {
  Deno.mkdirSync(scratch, { recursive: true });
  const lock = await lockDirectory(scratch);
  const { fresh } = places(target, scratch);
  try {
    await recover(target, scratch);
    Deno.mkdirSync(fresh);
    const directories = new Set([...tree.keys()].map((path) => dirname(join(fresh, path))));
    for (const directory of directories) Deno.mkdirSync(directory, { recursive: true });
    for (const [path, content] of tree) await writeNew(join(fresh, path), content);
  } catch (error) {
    await remove(fresh);
    lock.close();
    throw error;
  }
  locks.set(fresh, lock);
  return { path: fresh, target };
}

export async function publish(staged: Staged): Promise<void> {
  const { target, old, fresh } = places(staged.target, dirname(staged.path));
  try {
    await Deno.mkdir(dirname(target), { recursive: true });
    if (await kind(target) !== undefined) await Deno.rename(target, old);
    await Deno.rename(fresh, target);
    await remove(old);
  } finally {
    release(staged);
  }
}

export async function drop(staged: Staged): Promise<void> {
  await remove(staged.path);
  release(staged);
}

export async function recoverLocked(
  target: string,
  scratch: string = dirname(target),
): Promise<void> {
  const { fresh, old } = places(target, scratch);
  if (await kind(old) === undefined && await kind(fresh) === undefined) return;
  const lock = await lockDirectory(scratch);
  try {
    await recover(target, scratch);
  } finally {
    lock.close();
  }
}

async function recover(targetPath: string, scratch: string): Promise<void> {
  const { target, fresh, old } = places(targetPath, scratch);
  const there = await kind(target) !== undefined;
  if (!there && await kind(old) !== undefined) {
    await Deno.rename(await kind(fresh) !== undefined ? fresh : old, target);
  }
  await Promise.all([remove(fresh), remove(old)]);
}

/** A lock on the directory itself: no lock file stays behind, and the kernel frees it after a kill. */
export async function lockDirectory(path: string): Promise<Deno.FsFile> {
  const directory = Deno.openSync(path, { read: true });
  await directory.lock(true);
  return directory;
}

function release(staged: Staged): void {
  locks.get(staged.path)?.close();
  locks.delete(staged.path);
}

/**
 * Texts are written at once and not synced: they are small, and all of them can be generated again.
 * A linked file has been synced by whoever wrote it.
 */
async function writeNew(path: string, content: FileContent): Promise<void> {
  if ("text" in content) {
    const mode = content.mode ?? 0o644;
    return Deno.writeTextFileSync(path, content.text, { createNew: true, mode });
  }
  try {
    await Deno.link(content.linkTo, path);
  } catch {
    await Deno.copyFile(content.linkTo, path);
  }
}
