/** What a ZIP archive may hold: judged from its directory, before anything is written. */

import { collisionKey, pathProblem, plainPath } from "../model/safe_path.ts";

/** One line of the archive's directory. */
export interface ZipItem {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly encrypted: boolean;
  /** Of the compression: APPNOTE.TXT 4.4.5. */
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Of the entry's local header. */
  readonly offset: number;
  readonly externalAttributes: number;
}

export interface ZipLimits {
  readonly entries: number;
  readonly bytes: number;
  /** Unpacked : packed, beyond `ratioFrom` bytes; deflate itself ends at about 1032. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

export const ZIP_LIMITS: ZipLimits = {
  entries: 100_000,
  bytes: 2 ** 40,
  ratio: 500,
  ratioFrom: 64 * 2 ** 20,
};

/** A local header without its name: APPNOTE.TXT 4.3.7. */
const LOCAL_HEADER = 30;
const TYPE_MASK = 0xf000;
const REGULAR = 0x8000;
const DIRECTORY = 0x4000;
const STORED = 0;
const DEFLATED = 8;

/** The first thing that is wrong, completing "the archive …"; undefined when nothing is. */
export function zipProblem(
  items: readonly ZipItem[],
  limits: ZipLimits = ZIP_LIMITS,
): string | undefined {
  return items.map(itemProblem).find((problem) => problem !== undefined) ??
    sizeProblem(items, limits) ?? collisionProblem(items) ?? overlapProblem(items);
}

function itemProblem(item: ZipItem): string | undefined {
  const shown = JSON.stringify(item.name);
  const problem = pathProblem(item.name);
  if (problem) return `holds ${shown}, a name that ${problem}`;
  if (item.encrypted) return `is encrypted (${shown})`;
  if (item.method !== STORED && item.method !== DEFLATED) {
    return `holds ${shown} in compression method ${item.method}: only deflate is unpacked`;
  }
  const type = (item.externalAttributes >>> 16) & TYPE_MASK;
  if (type !== 0 && type !== REGULAR && type !== DIRECTORY) {
    return `holds ${shown}, which is a link or a device`;
  }
  if (item.isDirectory ? item.size > 0 || type === REGULAR : type === DIRECTORY) {
    return `holds ${shown}, which says to be both a file and a directory`;
  }
  return undefined;
}

function sizeProblem(items: readonly ZipItem[], limits: ZipLimits): string | undefined {
  if (items.length > limits.entries) return `holds more than ${limits.entries} entries`;
  const size = items.reduce((sum, item) => sum + item.size, 0);
  const packed = items.reduce((sum, item) => sum + item.compressedSize, 0);
  if (size > limits.bytes) return `would unpack to ${size} bytes, more than ${limits.bytes}`;
  if (size > limits.ratioFrom && size > limits.ratio * packed) {
    return `would unpack ${packed} bytes to ${size}, more than ${limits.ratio} times as many`;
  }
  return undefined;
}

/** Also a file that another name uses as a directory. */
function collisionProblem(items: readonly ZipItem[]): string | undefined {
  const files = new Map<string, string>();
  const directories = new Map<string, string>();
  const both = (a: string, b: string) =>
    `holds ${JSON.stringify(a)} and ${JSON.stringify(b)}, which are one name on some systems`;
  for (const { name, isDirectory } of items) {
    const parts = plainPath(name).split("/");
    for (let depth = 1; depth < parts.length + (isDirectory ? 1 : 0); depth++) {
      const path = parts.slice(0, depth).join("/");
      const key = collisionKey(path);
      const other = files.get(key) ?? directories.get(key);
      if (other !== undefined && (files.has(key) || other !== path)) return both(other, path);
      directories.set(key, path);
    }
    if (isDirectory) continue;
    const key = collisionKey(name);
    const other = files.get(key) ?? directories.get(key);
    if (other !== undefined) return both(other, name);
    files.set(key, name);
  }
  return undefined;
}

/** Entries that share bytes make small archives that unpack to petabytes. */
function overlapProblem(items: readonly ZipItem[]): string | undefined {
  const sorted = [...items].sort((a, b) => a.offset - b.offset);
  const index = sorted.findIndex((item, i) => {
    const next = sorted[i + 1];
    return next !== undefined && item.offset + LOCAL_HEADER + item.compressedSize > next.offset;
  });
  return index === -1
    ? undefined
    : `holds ${JSON.stringify(sorted[index]!.name)} and ${
      JSON.stringify(sorted[index + 1]!.name)
    }, which overlap`;
}
