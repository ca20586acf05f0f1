/** Reads ZIP archives: their directory, and their files as they unpack, checked as they pass. */

import { type Entry, Reader, ZipReader } from "@zip.js/zip.js";
import { crc32 } from "node:zlib";
import type { RandomAccessFile } from "../../world.ts";
import { ArchiveError, broken } from "./archive_error.ts";
import { isDiskError } from "../disk_error.ts";
import { inflateRaw } from "./inflate.ts";
import { zipDataOffset } from "./zip_local.ts";
import { withoutIdleZip64End } from "./zip64_end.ts";
import { DEFLATED, type ZipItem } from "./zip_rules.ts";

const CHUNK = 64 * 1024;
/** The library reads an archive's directory at once. */
const MAX_DIRECTORY = 64 * 2 ** 20;

export interface ZipArchive {
  /** In the order of its directory. */
  readonly items: readonly ZipItem[];
  /** The bytes of a file. @throws ArchiveError, in the result, when they are not what was told */
  read(item: ZipItem): AsyncGenerator<Uint8Array>;
}

/**
 * @param maxEntries where reading the directory ends: with one more, which tells that it was cut
 * @throws ArchiveError when the archive could be read in more than one way
 */
export async function openZip(
  file: RandomAccessFile,
  maxEntries = Infinity,
): Promise<ZipArchive> {
  const reader = new ZipReader(new FileReader(await withoutIdleZip64End(file)), {
    strictness: "strict",
    filenameValidation: "tolerant",
  });
  // Only what is needed of them: the library's own entries take many times as much memory.
  const items: ZipItem[] = [];
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      items.push(itemOf(entry));
      if (items.length > maxEntries) break;
    }
  } catch (error) {
    throw zipError(error);
  }
  const ends = endsOf(items, file.size);
  return { items, read: (item) => checked(item, { file, end: ends.get(item)! }) };
}

function endsOf(items: readonly ZipItem[], size: number): ReadonlyMap<ZipItem, number> {
  const sorted = items.toSorted((a, b) => a.offset - b.offset);
  return new Map(sorted.map((item, i) => [item, sorted[i + 1]?.offset ?? size]));
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
    throw zipError(error, item.name);
  }
}

async function* packedBytes(file: RandomAccessFile, start: number, length: number) {
  for (let at = 0; at < length; at += CHUNK) {
    yield await file.readAt(start + at, Math.min(CHUNK, length - at));
  }
}

function itemOf(entry: Entry): ZipItem {
  return {
    name: entry.filename,
    rawName: entry.rawFilename.slice(),
    flags: entry.rawBitFlag ?? 0,
    crc: entry.signature ?? 0,
    isDirectory: entry.directory,
    encrypted: entry.encrypted,
    method: entry.compressionMethod,
    compressedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    offset: entry.offset,
    externalAttributes: entry.externalFileAttributes,
  };
}

function zipError(error: unknown, name?: string): unknown {
  if (isDiskError(error)) return error;
  const { message, reason } = error as { message: string; reason?: string };
  const where = name === undefined ? "" : `${JSON.stringify(name)}: `;
  return reason === undefined
    ? broken(`${where}${message}`)
    : new ArchiveError(`can be read in more than one way (${where}${reason})`);
}

/** zip.js wants an instance of its own class. */
class FileReader extends Reader<RandomAccessFile> {
  readonly #file: RandomAccessFile;
  constructor(file: RandomAccessFile) {
    super(file);
    this.#file = file;
    this.size = file.size;
  }
  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    if (length > MAX_DIRECTORY) throw new Error(`a directory of ${length} bytes`);
    return this.#file.readAt(index, length);
  }
}
