/**
 * Where a ZIP archive's directory lies. Programs look for its end records from the back, from the
 * front or by what they say of each other: they must all find the same, so every byte from the
 * directory to the end of the file must be accounted for. APPNOTE.TXT 4.3.14 to 4.3.16.
 */

import type { RandomAccessFile } from "../../world.ts";
import { ambiguous, broken } from "./archive_error.ts";
import { u16, u32, u64, viewAt } from "./zip_numbers.ts";

export interface ZipDirectory {
  readonly offset: number;
  readonly size: number;
  readonly entries: number;
}

const END = { magic: 0x06054b50, length: 22 };
const LOCATOR = { magic: 0x07064b50, length: 20 };
const RECORD = { magic: 0x06064b50, length: 56 };
const MAX_COMMENT = 0xffff;

/** @throws ArchiveError when there is none, or more than one */
export async function findZipDirectory(file: RandomAccessFile): Promise<ZipDirectory> {
  const { view, at } = await findEnd(file);
  const told = { entries: u16(view, 10), size: u32(view, 12), offset: u32(view, 16) };
  const zip64 = await readZip64(file, at);
  const disk = Math.max(u16(view, 4), u16(view, 6));
  if (disk !== 0 && !(zip64 && disk === 0xffff)) throw broken("it is one part of several");
  if (zip64 !== undefined) checkZip64(told, zip64);
  const directory = zip64 ?? told;
  const until = zip64?.at ?? at;
  if (directory.offset + directory.size !== until) {
    throw directory.offset > until
      ? broken("its directory is not where it says")
      : ambiguous("its directory does not reach from where it says to the end records");
  }
  return directory;
}

/** The last end record, unless another one could be taken for it. */
async function findEnd(file: RandomAccessFile) {
  const start = Math.max(0, file.size - END.length - MAX_COMMENT);
  const tail = await viewAt(file, start, file.size - start);
  const endOf = (at: number) => start + at + END.length + u16(tail, at + 20);
  const found: number[] = [];
  for (let at = tail.byteLength - END.length; at >= 0; at--) {
    if (u32(tail, at) === END.magic) found.push(at);
  }
  const [last, ...others] = found;
  if (last === undefined) throw broken("it has no end record");
  if (endOf(last) < file.size) throw ambiguous("more data follows its end");
  if (others.some((at) => endOf(at) === file.size)) throw ambiguous("it has two end records");
  return {
    view: new DataView(tail.buffer, tail.byteOffset + last, END.length),
    at: start + last,
  };
}

/**
 * The records before the end record, where there are any. PyTorch, and Info-ZIP for what comes from
 * a pipe, write them also when nothing needs them.
 */
async function readZip64(file: RandomAccessFile, end: number) {
  if (end < LOCATOR.length) return undefined;
  const locator = await viewAt(file, end - LOCATOR.length, LOCATOR.length);
  if (u32(locator, 0) !== LOCATOR.magic) return undefined;
  const at = end - LOCATOR.length - RECORD.length;
  if (u64(locator, 8) !== at) throw ambiguous("its end records of zip64 do not follow each other");
  const record = await viewAt(file, at, RECORD.length);
  if (u32(record, 0) !== RECORD.magic || u64(record, 4) !== RECORD.length - 12) {
    throw ambiguous("its end records of zip64 do not follow each other");
  }
  return { at, entries: u64(record, 32), size: u64(record, 40), offset: u64(record, 48) };
}

/** What has room in the end record stands in both, or is marked as standing in the other. */
function checkZip64(told: ZipDirectory, zip64: ZipDirectory): void {
  const agrees = (field: keyof ZipDirectory, mark: number) =>
    told[field] === zip64[field] || told[field] === mark;
  if (agrees("entries", 0xffff) && agrees("size", 0xffffffff) && agrees("offset", 0xffffffff)) {
    return;
  }
  throw ambiguous("its end records disagree");
}
