/** The stamp: written last, it says that the model is whole, and from what it was made. */

import type { Format } from "../model/format.ts";
import { systemReason } from "../text/clean.ts";
import type { Files, FileTree, World } from "../world.ts";
import { sha256OfText } from "./digest.ts";
import type { ObjectId } from "./fetch/fetch.ts";

export interface Stamp {
  /** Of this program: another version may place a model differently. */
  readonly version: string;
  readonly source: string;
  /** Digest of the whole address, which may hold secrets. */
  readonly address: string;
  /** Digest of all options that shape the result. */
  readonly options: string;
  /** What an engine was built for, the Triton that reads it too; undefined when none was built. */
  readonly machine?: string | undefined;
  /** Until this boot of the machine ends, the files are safe; undefined: the disk has them. */
  readonly boot?: string | undefined;
  readonly object: ObjectId;
  readonly served: Served;
  /** Path in the model's folder → size. */
  readonly files: Readonly<Record<string, number>>;
}

/** What Triton is given. */
export interface Served {
  readonly model: string;
  readonly modelVersion: number;
  readonly format: Format;
}

/** What must be equal for a finished deployment to count as this one. */
export type StampKey = Pick<Stamp, "version" | "source" | "address" | "options" | "machine">;

export function stampKey(
  { version, uri, options, machine }: {
    readonly version: string;
    readonly uri: { readonly text: string; readonly shown: string };
    readonly options: unknown;
    readonly machine: unknown;
  },
): StampKey {
  return {
    version,
    source: uri.shown,
    address: sha256OfText(uri.text),
    options: sha256OfText(JSON.stringify(options)),
    machine: JSON.stringify(machine),
  };
}

/** The stamp of a finished deployment with this key whose files are all there; else undefined. */
export async function readStamp(
  path: string,
  { key, model }: { readonly key: StampKey; readonly model: string },
  { files, streams }: Pick<World, "files" | "streams">,
): Promise<Stamp | undefined> {
  if (await files.kind(path) !== "file") return undefined;
  const stamp = parse(await files.readText(path));
  if (stamp === undefined) return undefined;
  const same = (Object.keys(key) as (keyof StampKey)[]).every((name) => stamp[name] === key[name]);
  if (!same) return undefined;
  const paths = Object.keys(stamp.files);
  const now = await sizes(model, paths, files);
  if (JSON.stringify(now) !== JSON.stringify(stamp.files)) return undefined;
  if (stamp.boot === undefined) return stamp;
  try {
    if (stamp.boot !== files.boot) throw new Error("the machine has booted since, or is another");
    await Promise.all(paths.map((inner) => files.flush(`${model}/${inner}`)));
  } catch (error) {
    // A failed write is told only once: nobody may trust these files any more.
    await files.remove(path);
    streams.err(`the disk may lack some of the model, it is done again: ${systemReason(error)}`);
    return undefined;
  }
  const { boot: _, ...lasting } = stamp;
  await write(path, lasting, files);
  return lasting;
}

export async function writeStamp(
  path: string,
  { key, object, served, model, tree, files }: {
    readonly key: StampKey;
    readonly object: ObjectId;
    readonly served: Served;
    readonly model: string;
    readonly tree: FileTree;
    readonly files: Files;
  },
): Promise<void> {
  const stamp: Stamp = {
    ...key,
    boot: files.boot,
    object,
    served,
    files: await sizes(model, [...tree.keys()], files),
  };
  await write(path, stamp, files);
}

function write(path: string, stamp: Stamp, files: Files): Promise<void> {
  return files.writeText(path, `${JSON.stringify(stamp, null, 2)}\n`);
}

function parse(text: string): Stamp | undefined {
  try {
    const stamp = JSON.parse(text) as Stamp;
    const parts = [stamp.files, stamp.object, stamp.served];
    return parts.every((part) => typeof part === "object") ? stamp : undefined;
  } catch {
    return undefined;
  }
}

async function sizes(model: string, paths: readonly string[], files: Files) {
  const found: Record<string, number> = {};
  for (const path of paths) {
    if (await files.kind(`${model}/${path}`) !== "file") continue;
    const file = await files.open(`${model}/${path}`);
    found[path] = file.size;
    file.close();
  }
  return found;
}
