/** What only a ZIP archive can get wrong: judged from its directory, before anything is written. */

import { ArchiveError } from "./archive_error.ts";
import type { ArchiveEntry, EntryKind } from "./archive_rules.ts";

/** One line of the archive's directory. */
export interface ZipItem {
  readonly name: string;
  readonly rawName: Uint8Array;
  readonly isDirectory: boolean;
  readonly encrypted: boolean;
  /** APPNOTE.TXT 4.4.4. */
  readonly flags: number;
  /** Of the compression: APPNOTE.TXT 4.4.5. */
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Of the entry's local header. */
  readonly offset: number;
  readonly externalAttributes: number;
}

export const STORED = 0;
export const DEFLATED = 8;

/** A local header without its name: APPNOTE.TXT 4.3.7. */
const LOCAL_HEADER = 30;

/** The type in the upper half of the external attributes, as in a Unix mode. */
const TYPE_MASK = 0xf000;
const KINDS: Readonly<Record<number, EntryKind>> = {
  0x4000: "directory",
  0x8000: "file",
  0xa000: "link",
};

/** @throws ArchiveError for the first thing that is wrong */
export function zipEntries(items: readonly ZipItem[]): readonly ArchiveEntry[] {
  checkOverlap(items);
  return items.map(entryOf);
}

function entryOf(item: ZipItem): ArchiveEntry {
  const { name, isDirectory, size, method } = item;
  const shown = JSON.stringify(name);
  if (item.encrypted) throw new ArchiveError(`is encrypted (${shown})`);
  if (method !== STORED && method !== DEFLATED) {
    throw new ArchiveError(
      `holds ${shown} in compression method ${method}: only deflate is unpacked`,
      "pack it with plain `zip`",
    );
  }
  const named = isDirectory ? "directory" : "file";
  const type = (item.externalAttributes >>> 16) & TYPE_MASK;
  const kind = type === 0 ? named : KINDS[type] ?? "device";
  if (kind !== named && (kind === "file" || kind === "directory")) {
    throw new ArchiveError(`holds ${shown}, which says to be both a file and a directory`);
  }
  return { name, kind, size };
}

/** Entries that share bytes make small archives that unpack to petabytes. */
function checkOverlap(items: readonly ZipItem[]): void {
  const sorted = [...items].sort((a, b) => a.offset - b.offset);
  sorted.forEach((item, i) => {
    const next = sorted[i + 1];
    if (!next || item.offset + LOCAL_HEADER + item.compressedSize <= next.offset) return;
    const [a, b] = [item, next].map(({ name }) => JSON.stringify(name));
    throw new ArchiveError(`holds ${a} and ${b}, which overlap`);
  });
}
