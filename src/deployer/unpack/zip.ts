/**
 * Reads ZIP archives: their directory, and their files as they unpack, checked as they pass. Own code,
 * because libraries hold a directory several times over, and unpack what can be read in two ways.
 */

import { crc32 } from "node:zlib";
import type { RandomAccessFile } from "../../world.ts";
import { ambiguous, ArchiveError, broken } from "./archive_error.ts";
import { isDiskError } from "../disk_error.ts";
import { inflateRaw } from "./inflate.ts";
import { zipItems } from "./zip_directory.ts";
import { findZipDirectory } from "./zip_end.ts";
import { zipDataOffset } from "./zip_local.ts";
import { DEFLATED, endsOf, type ZipItem, type ZipSpan } from "./zip_rules.ts";

const CHUNK = 64 * 1024;

export interface ZipArchive {
  /** In the order of its directory, which is read anew: held in memory, it may be large. */
  items(): AsyncGenerator<ZipItem>;
  /** The bytes of a file. @throws ArchiveError, in the result, when they are not what was told */
  read(item: ZipItem): AsyncGenerator<Uint8Array>;
  /** Of all files together. */
  readonly compressedSize: number;
  readonly size: number;
}

/**
 * @param maxEntries where looking at entries ends: with one more, which whoever counts them will meet
 * @throws ArchiveError when the archive could be read in more than one way
 */
export async function openZip(
  file: RandomAccessFile,
  maxEntries = Infinity,
): Promise<ZipArchive> {
  const directory = await findZipDirectory(file);
  const spans: ZipSpan[] = [];
  let [compressedSize, size] = [0, 0];
  for await (const item of zipItems(file, directory)) {
    compressedSize += item.compressedSize;
    size += item.size;
    spans.push({ offset: item.offset, compressedSize: item.compressedSize });
    if (spans.length > maxEntries) break;
  }
  const isCut = spans.length < directory.entries;
  const first = spans.reduce((least, { offset }) => Math.min(least, offset), directory.offset);
  if (first > 0 && !isCut) throw ambiguous("more data stands before its first entry");
  const ends = endsOf(spans, directory.offset);
  return {
    items: () => zipItems(file, directory),
    read: (item) => checked(item, { file, end: ends.get(item.offset)! }),
    compressedSize,
    size,
  };
}

async function* checked(
  item: ZipItem,
  place: { readonly file: RandomAccessFile; readonly end: number },
): AsyncGenerator<Uint8Array> {
  let size = 0;
  let crc = 0;
  try {
    const start = await zipDataOffset(item, place);
    const packed = packedBytes(place.file, start, item.compressedSize);
    const sizes = { packedSize: item.compressedSize, size: item.size };
    for await (const chunk of item.method === DEFLATED ? inflateRaw(packed, sizes) : packed) {
      size += chunk.length;
      if (size > item.size) throw new Error("it is longer than it says");
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (size < item.size) throw new Error("it is shorter than it says");
    if (crc !== item.crc) throw new Error("wrong checksum");
  } catch (error) {
    if (isDiskError(error) || error instanceof ArchiveError) throw error;
    throw broken(`${JSON.stringify(item.name)}: ${(error as Error).message}`);
  }
}

async function* packedBytes(file: RandomAccessFile, start: number, length: number) {
  for (let at = 0; at < length; at += CHUNK) {
    yield await file.readAt(start + at, Math.min(CHUNK, length - at));
  }
}
