/** Reads ZIP archives: their directory, and their files as streams, checked as they pass. */

import { type Entry, type FileEntry, Reader, ZipReader } from "@zip.js/zip.js";
import { UserError } from "../errors.ts";
import type { Files, RandomAccessFile } from "../world.ts";
import { isDiskError } from "./disk_error.ts";
import { plainPath } from "../model/safe_path.ts";
import { ZIP_LIMITS, type ZipItem, zipProblem } from "./zip_rules.ts";

/** Larger than zip.js's default: a fourth of the time on large entries. */
const CHUNK = 4 * 2 ** 20;

export interface ZipArchive {
  /** Everything in it but what macOS adds, in the order of its directory. */
  readonly items: readonly ZipItem[];
  /** Unpacks into a new directory. */
  unpack(into: string, files: Files, onBytes: (count: number) => void): Promise<void>;
}

/**
 * @param name what messages call the archive
 * @throws UserError when the archive is broken or not safe to unpack
 */
export async function openZip(
  file: RandomAccessFile,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<ZipArchive> {
  const refuse = (reason: string) => new UserError({ what: `cannot unpack ${name}: ${reason}` });
  const reader = new ZipReader(new FileReader(file), {
    useWebWorkers: false,
    checkCrc32: true,
    filenameValidation: "tolerant",
    signal,
  });
  const entries: Entry[] = [];
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      entries.push(entry);
      if (entries.length > ZIP_LIMITS.entries) break;
    }
  } catch (error) {
    throw refuse(zipReason(error));
  }
  const kept = entries.map((entry) => ({ entry, item: itemOf(entry) }))
    .filter(({ item }) => !isJunk(item.name));
  const problem = zipProblem(kept.map(({ item }) => item));
  if (problem) throw refuse(`the archive ${problem}`);
  return {
    items: kept.map(({ item }) => item),
    unpack: async (into, files, onBytes) => {
      for (const { entry, item } of kept) {
        const path = `${into}/${plainPath(item.name)}`;
        await files.makeDirectory(entry.directory ? path : path.slice(0, path.lastIndexOf("/")));
        if (entry.directory) continue;
        try {
          await extract(entry, { item, path, files, onBytes });
        } catch (error) {
          if (signal.aborted) throw signal.reason;
          if (isDiskError(error) || error instanceof UserError) throw error;
          throw refuse(`${JSON.stringify(item.name)}: ${zipReason(error)}`);
        }
      }
    },
  };
}

interface Extraction {
  readonly item: ZipItem;
  readonly path: string;
  readonly files: Files;
  readonly onBytes: (count: number) => void;
}

/** An error of the disk wins over the one that it causes in the archive's stream. */
async function extract(entry: FileEntry, { item, path, files, onBytes }: Extraction) {
  let written = 0;
  let fail = (_reason: unknown) => {};
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    start: (controller) => {
      fail = (reason) => controller.error(reason);
    },
    transform: (chunk, controller) => {
      written += chunk.length;
      if (written > item.size) throw new Error(`is larger than the ${item.size} bytes it declares`);
      onBytes(chunk.length);
      controller.enqueue(chunk);
    },
  });
  // Whichever side fails early leaves the stream open: the other one would wait forever.
  const ending = (error: unknown) => {
    fail(error);
    throw error;
  };
  const [disk, archive] = await Promise.allSettled([
    files.write(path, counted.readable).catch(ending),
    entry.getData(counted.writable, { strictness: "strict" }).catch(ending),
  ]);
  const failures = [disk, archive].filter((result) => result.status === "rejected")
    .map((result) => result.reason);
  const first = failures.find(isDiskError) ?? failures.at(-1);
  if (first !== undefined) throw first;
  if (written !== item.size) throw new Error(`holds ${written} bytes, not ${item.size}`);
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

/** What macOS adds: https://en.wikipedia.org/wiki/AppleSingle_and_AppleDouble_formats */
function isJunk(name: string): boolean {
  return /^__MACOSX(\/|$)/.test(name) || /(^|\/)\.DS_Store$/.test(name);
}

function zipReason(error: unknown): string {
  const { message, reason } = error as { message?: string; reason?: string };
  return `the archive is broken or cut short (${reason ?? message ?? error})`;
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
