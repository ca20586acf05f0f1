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
import { ToolError } from "../errors.ts";
import { systemReason } from "../text/clean.ts";
import type { FileContent, Files, FileTree, Staged, StagedTree } from "../world.ts";
import type { DirectoryLock } from "./lock.ts";
import type { Sync } from "./new_file.ts";
import { kind, remove } from "./paths.ts";

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

/** The targets of all that killed runs left in a scratch directory. */
function leftovers(scratch: string, folder: string): ReadonlySet<string> {
  const names = [...Deno.readDirSync(scratch)].flatMap(({ name }) =>
    /^\.(.+)\.navigator-(?:new|old)$/.exec(name)?.[1] ?? []
  );
  return new Set(names.map((name) => join(folder, name)));
}

export type Swap = Pick<Files, "stage" | "publish" | "drop" | "recover">;

export function swapWith(lockDirectory: DirectoryLock, sync: Sync): Swap {
  const locks = new Map<Staged, () => void>();
  const release = (staged: Staged) => {
    locks.get(staged)?.();
    locks.delete(staged);
  };
  const removeFresh = async (trees: readonly StagedTree[]) => {
    for (const { path } of trees) await remove(path);
  };
  return {
    stage: async (trees, scratch) => {
      const unlock = await lockDirectory(scratch);
      const written: StagedTree[] = [];
      try {
        for (const folder of new Set([...trees.keys()].map((target) => dirname(target)))) {
          for (const target of leftovers(scratch, folder)) await recover(places(target, scratch));
        }
        for (const [target, tree] of trees) {
          const at = places(target, scratch);
          written.push({ path: at.fresh, target });
          await writeTree(at.fresh, tree, sync);
        }
      } catch (error) {
        await removeFresh(written);
        unlock();
        throw error;
      }
      const staged = { scratch, trees: written };
      locks.set(staged, unlock);
      return staged;
    },
    publish: async (staged) => {
      try {
        for (const { target } of staged.trees) await swapIn(places(target, staged.scratch));
      } finally {
        await removeFresh(staged.trees);
        release(staged);
      }
    },
    drop: async (staged) => {
      await removeFresh(staged.trees);
      release(staged);
    },
    recover: async (target, scratch = dirname(target)) => {
      const at = places(target, scratch);
      if (await kind(at.old) === undefined && await kind(at.fresh) === undefined) return;
      let unlock = () => {};
      try {
        unlock = await lockDirectory(scratch);
        await recover(at);
      } catch (error) {
        // What others left beside a whole tree, or beside none, harms nobody who only reads.
        if (!isForbidden(error)) throw error;
        if (await kind(target) !== undefined || await kind(at.old) === undefined) return;
        throw new ToolError(
          `cannot finish what a killed run left in ${scratch}: ${systemReason(error)}`,
          { hint: "run the same as a user who may write there" },
        );
      } finally {
        unlock();
      }
    },
  };
}

async function swapIn({ target, fresh, old }: Places): Promise<void> {
  Deno.mkdirSync(dirname(target), { recursive: true });
  const replaced = await kind(target) !== undefined;
  if (replaced) Deno.renameSync(target, old);
  try {
    Deno.renameSync(fresh, target);
  } catch (error) {
    if (replaced) Deno.renameSync(old, target);
    throw error;
  }
  await remove(old);
}

async function recover({ target, fresh, old }: Places): Promise<void> {
  const there = await kind(target) !== undefined;
  if (!there && await kind(old) !== undefined) {
    Deno.renameSync(await kind(fresh) !== undefined ? fresh : old, target);
  }
  await Promise.all([remove(fresh), remove(old)]);
}

function isForbidden(error: unknown): error is Error {
  return error instanceof Error &&
    ["EACCES", "EPERM", "EROFS"].includes((error as { code?: string }).code ?? "");
}

async function writeTree(folder: string, tree: FileTree, sync: Sync): Promise<void> {
  Deno.mkdirSync(folder);
  const directories = new Set([...tree.keys()].map((path) => dirname(join(folder, path))));
  for (const directory of directories) Deno.mkdirSync(directory, { recursive: true });
  for (const [path, content] of tree) await writeNew(join(folder, path), content, sync);
}

/**
 * Text is written at once, and the disk is not waited for: it is small, and can be generated again.
 * For a linked file whoever wrote it has waited.
 */
async function writeNew(path: string, content: FileContent, sync: Sync): Promise<void> {
  const options = { createNew: true, mode: content.mode ?? 0o644 };
  if ("text" in content) return Deno.writeTextFileSync(path, content.text, options);
  if ("bytes" in content) return Deno.writeFileSync(path, content.bytes, options);
  try {
    Deno.linkSync(content.linkTo, path);
  } catch {
    await Deno.copyFile(content.linkTo, path);
    using copy = await Deno.open(path);
    await sync(copy);
  }
}
