/** What only a ZIP archive can get wrong: judged from its directory, before anything is written. */

import { ArchiveError } from "./archive_error.ts";
import type { ArchiveEntry, EntryKind } from "./archive_rules.ts";

/** One line of the archive's directory. */
export interface ZipItem {
  readonly name: string;
  /** As it stands before the data, where that is not the name in UTF-8. */
  readonly rawName: Uint8Array | undefined;
  readonly isDirectory: boolean;
  /** APPNOTE.TXT 4.4.4. */
  readonly flags: number;
  /** Of the compression: APPNOTE.TXT 4.4.5. */
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Of the entry's local header. */
  readonly offset: number;
  /** As in a Unix mode; 0 when nobody says. */
  readonly type: number;
}

export const STORED = 0;
export const DEFLATED = 8;

/** A local header without its name: APPNOTE.TXT 4.3.7. */
const LOCAL_HEADER = 30;

const ENCRYPTED = 0x0001;

const KINDS: Readonly<Record<number, EntryKind>> = {
  0x4000: "directory",
  0x8000: "file",
  0xa000: "link",
};

/** @throws ArchiveError when it is none that we unpack */
export function zipEntry(
  { name, isDirectory, size, method, type, flags }: ZipItem,
): ArchiveEntry {
  const shown = JSON.stringify(name);
  if ((flags & ENCRYPTED) !== 0) throw new ArchiveError(`is encrypted (${shown})`);
  if (method !== STORED && method !== DEFLATED) {
    throw new ArchiveError(
      `holds ${shown} in compression method ${method}: only deflate is unpacked`,
      "pack it with plain `zip`",
    );
  }
  const named = isDirectory ? "directory" : "file";
  const kind = type === 0 ? named : KINDS[type] ?? "device";
  if (kind !== named && (kind === "file" || kind === "directory")) {
    throw new ArchiveError(`holds ${shown}, which says to be both a file and a directory`);
  }
  return { name, kind, size };
}

/** Which bytes of the archive an entry takes, at least. */
export type ZipSpan = Pick<ZipItem, "offset" | "compressedSize">;

/**
 * Where the bytes of an entry must end, by where they begin: entries that share bytes make small
 * archives that unpack to petabytes.
 * @param end of the last one
 * @throws ArchiveError
 */
export function endsOf(spans: readonly ZipSpan[], end: number): ReadonlyMap<number, number> {
  const sorted = spans.toSorted((a, b) => a.offset - b.offset);
  const ends = new Map<number, number>();
  sorted.forEach(({ offset, compressedSize }, i) => {
    const next = sorted[i + 1]?.offset ?? end;
    if (offset + LOCAL_HEADER + compressedSize > next) {
      throw new ArchiveError("holds entries that overlap", "pack it again");
    }
    ends.set(offset, next);
  });
  return ends;
}
