/** Reads ZIP archives: their directory, and their files as they unpack, checked as they pass. */

import { type Entry, type FileEntry, Reader, ZipReader } from "@zip.js/zip.js";
import { crc32 } from "node:zlib";
import type { RandomAccessFile } from "../world.ts";
import { ArchiveError, broken } from "./archive_error.ts";
import { isDiskError } from "./disk_error.ts";
import { inflateRaw } from "./inflate.ts";
import { DEFLATED, type ZipItem } from "./zip_rules.ts";

/** Larger than zip.js's default, which costs a read and a few promises each. */
const CHUNK = 64 * 1024;

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
  const reader = new ZipReader(new FileReader(file), {
    useWebWorkers: false,
    strictness: "strict",
    filenameValidation: "tolerant",
    checkOverlappingEntry: true,
  });
  const entries = new Map<ZipItem, Entry>();
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      entries.set(itemOf(entry), entry);
      if (entries.size > maxEntries) break;
    }
  } catch (error) {
    throw zipError(error);
  }
  return {
    items: [...entries.keys()],
    read: (item) => checked(item, entries.get(item) as FileEntry),
  };
}

/** zip.js compares the local header with the directory and hands out the bytes as they are packed. */
async function* checked(item: ZipItem, entry: FileEntry): AsyncGenerator<Uint8Array> {
  let fail = (_reason: unknown) => {};
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => {
      fail = (reason) => controller.error(reason);
    },
  });
  const packed = entry.getData(writable, { passThrough: true });
  // What fails early leaves the stream open: its reader would wait forever.
  packed.catch(fail);
  const bytes = item.method === DEFLATED ? inflateRaw(readable, item.compressedSize) : readable;
  let size = 0;
  let crc = 0;
  try {
    for await (const chunk of bytes) {
      size += chunk.length;
      if (size > item.size) throw new Error("it is longer than it says");
      crc = crc32(chunk, crc);
      yield chunk;
    }
    await packed;
    if (size < item.size) throw new Error("it is shorter than it says");
    if (crc !== entry.signature) throw new Error("wrong checksum");
  } catch (error) {
    throw zipError(error, item.name);
  }
}

function itemOf(entry: Entry): ZipItem {
  return {
    name: entry.filename,
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
  if (isDiskError(error) && !error.code.startsWith("ERR_")) return error;
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
  override createReadable(range: { offset?: number; size?: number } = {}) {
    return super.createReadable({ ...range, chunkSize: CHUNK });
  }
  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    return this.#file.readAt(index, length);
  }
}
