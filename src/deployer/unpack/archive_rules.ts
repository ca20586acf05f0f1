/** What an archive may hold, ZIP or TAR: judged entry by entry, before anything of it is written. */

import { collisionKey, pathProblem, plainPath } from "../../model/safe_path.ts";
import { ArchiveError } from "./archive_error.ts";

export type EntryKind = "file" | "directory" | "link" | "device" | "sparse";

export interface ArchiveEntry {
  readonly name: string;
  readonly kind: EntryKind;
  /** Unpacked; 0 for all but files. */
  readonly size: number;
}

export interface ArchiveLimits {
  readonly entries: number;
  readonly bytes: number;
  /** Unpacked bytes for each packed one. */
  readonly ratio: number;
}

/** What unpacks to less is no bomb, whatever its ratio. */
const RATIO_FROM = 64 * 2 ** 20;
const MAX_DEPTH = 32;

const REFUSED: Readonly<Record<Exclude<EntryKind, "file" | "directory">, readonly string[]>> = {
  link: ["is a link", "pack the files themselves: `tar --dereference --hard-dereference`"],
  device: ["is a device or a pipe"],
  sparse: ["is kept as a sparse file", "pack it without `--sparse`"],
};

export interface ArchiveJudge {
  /** Its `entryPath`. @throws ArchiveError when it, or the archive so far, is refused */
  admit(entry: ArchiveEntry): string | undefined;
  /** The one file or directory at the top. @throws ArchiveError when there is none */
  top(): string;
}

export function archiveJudge(limits: ArchiveLimits): ArchiveJudge {
  const claim = nameRegister();
  let top: string | undefined;
  let entries = 0;
  let bytes = 0;
  return {
    admit: (entry) => {
      if (++entries > limits.entries) throw over(`holds more than ${limits.entries} entries`);
      const path = entryPath(entry);
      bytes += entry.size;
      if (bytes > limits.bytes) {
        throw over(`unpacks to ${bytes} bytes, more than ${limits.bytes}`, "archive-max-bytes");
      }
      if (path === undefined) return undefined;
      const first = path.split("/")[0]!;
      top ??= first;
      if (first !== top) throw notOne(top, first);
      claim(path, entry.kind === "file" ? "file" : "directory");
      return path;
    },
    top: () => {
      if (top === undefined) throw new ArchiveError("holds nothing");
      return top;
    },
  };
}

/** @throws ArchiveError when so few packed bytes became so many */
export function judgeRatio(packed: number, unpacked: number, { ratio }: ArchiveLimits): void {
  if (unpacked <= RATIO_FROM || unpacked <= ratio * packed) return;
  const what = `unpacks ${packed} bytes to ${unpacked} or more, over ${ratio} times as many`;
  throw over(what, "archive-max-ratio");
}

/**
 * The entry's path below the directory to unpack to; undefined when it is left out.
 * @throws ArchiveError when it is refused, whatever else is in the archive
 */
export function entryPath({ name, kind, size }: ArchiveEntry): string | undefined {
  const shown = JSON.stringify(name);
  const isRoot = kind === "directory" && name === ".";
  const problem = isRoot ? undefined : pathProblem(name);
  if (problem) throw new ArchiveError(`holds ${shown}, a name that ${problem}`);
  if (kind !== "file" && kind !== "directory") {
    const [what, hint] = REFUSED[kind];
    throw new ArchiveError(`holds ${shown}, which ${what}`, hint);
  }
  if (kind === "file" ? /(^|\/)\.?$/.test(name) : size > 0) {
    throw new ArchiveError(`holds ${shown}, which says to be both a file and a directory`);
  }
  const path = plainPath(name);
  return path === "" || isJunk(path) ? undefined : path;
}

/** Takes each name once; a file may not stand where another name needs a directory. */
function nameRegister() {
  const taken = { file: new Map<string, string>(), directory: new Map<string, string>() };
  const take = (path: string, kind: keyof typeof taken) => {
    const key = collisionKey(path);
    const other = taken.file.get(key) ?? taken.directory.get(key);
    if (other === undefined) return taken[kind].set(key, path);
    if (kind === "directory" && taken.directory.get(key) === path) return;
    const [a, b] = [other, path].map((name) => JSON.stringify(name));
    throw new ArchiveError(`holds ${a} and ${b}, which are one name on some systems`);
  };
  return (path: string, kind: keyof typeof taken) => {
    const parts = path.split("/");
    if (parts.length > MAX_DEPTH) {
      throw new ArchiveError(`holds ${JSON.stringify(path)}, more than ${MAX_DEPTH} folders deep`);
    }
    for (let depth = 1; depth < parts.length; depth++) {
      take(parts.slice(0, depth).join("/"), "directory");
    }
    take(path, kind);
  };
}

/** What macOS adds: https://en.wikipedia.org/wiki/AppleSingle_and_AppleDouble_formats */
function isJunk(path: string): boolean {
  return /^__MACOSX(\/|$)|(^|\/)(\._[^/]*|\.DS_Store)$/.test(path);
}

function notOne(a: string, b: string): ArchiveError {
  return new ArchiveError(
    `holds ${JSON.stringify(a)} and ${JSON.stringify(b)} at its top`,
    "put the model's file or directory, and nothing else, at the top of the archive",
  );
}

function over(what: string, option = "archive-max-entries"): ArchiveError {
  return new ArchiveError(what, `if that is right, raise \`--${option}\``);
}
