/**
 * Reads a TAR archive as it streams by, and takes nothing on trust: every header, the end and what
 * follows it must be as they should. Own code, because libraries read sparse files wrong without a
 * word, or overlook a missing end and what stands behind it.
 */

import { ArchiveError, broken } from "./archive_error.ts";
import type { ArchiveEntry, EntryKind } from "./archive_rules.ts";
import type { ByteReader } from "./byte_reader.ts";
import { type PaxRecords, readPax } from "./pax.ts";
import { BLOCK, isZero, readTarHeader, type TarHeader } from "./tar_header.ts";
import { utf8 } from "./utf8.ts";

export interface TarEntry extends ArchiveEntry {
  /** Its bytes; what is not read of them is passed over. */
  readonly body: AsyncIterable<Uint8Array>;
}

const KINDS: Readonly<Record<string, EntryKind>> = {
  "0": "file",
  "1": "link",
  "2": "link",
  "3": "device",
  "4": "device",
  "5": "directory",
  "6": "device",
  "7": "file",
  "S": "sparse",
};

/** Extended headers and long names are held in memory. */
const MAX_EXTENDED = 2 ** 20;

/** @throws ArchiveError as soon as something is wrong */
export async function* tarEntries(reader: ByteReader): AsyncGenerator<TarEntry> {
  for (let first = true;; first = false) {
    const described = await describedHeader(reader, first);
    if (described === undefined) return await checkEnd(reader);
    const entry = entryOf(described);
    let left = entry.size;
    const body = async function* () {
      while (left > 0) {
        const bytes = await reader.some(left);
        if (bytes === undefined) throw broken("it ends within a file");
        left -= bytes.length;
        yield bytes;
      }
    };
    yield { ...entry, body: body() };
    for await (const _ of body());
    await passPadding(reader, entry.size);
  }
}

interface Described {
  readonly header: TarHeader;
  /** What stands before the header, to say what it cannot. */
  readonly pax: PaxRecords | undefined;
  readonly longName: string | undefined;
}

/** The next header with what stands before it; undefined for the block of zeros at the end. */
async function describedHeader(
  reader: ByteReader,
  first: boolean,
): Promise<Described | undefined> {
  const before = new Map<string, Uint8Array>();
  for (;;) {
    const header = await nextHeader(reader, first && before.size === 0);
    if (header === undefined) {
      if (before.size > 0) throw broken("it ends after an extended header");
      return undefined;
    }
    const { type, size } = header;
    if (!/^[xgLK]$/.test(type)) {
      const pax = before.get("x");
      const long = before.get("L");
      return { header, pax: pax && readPax(pax), longName: long && utf8(upToZero(long)) };
    }
    if (before.has(type)) throw broken("an extended header follows one of its kind");
    if (size > MAX_EXTENDED) throw new ArchiveError(`holds an extended header of ${size} bytes`);
    const bytes = size === 0 ? new Uint8Array() : await reader.exactly(size);
    if (bytes === undefined) throw broken("it ends within an extended header");
    await passPadding(reader, size);
    if (type === "g") checkGlobal(readPax(bytes));
    before.set(type, bytes);
  }
}

async function nextHeader(reader: ByteReader, first: boolean): Promise<TarHeader | undefined> {
  const { length } = await reader.ahead(BLOCK);
  if (length === 0) throw broken(first ? "it is empty" : "its end is missing");
  const header = length < BLOCK && first
    ? "damaged"
    : readTarHeader((await reader.exactly(BLOCK))!);
  if (header !== "damaged") return header;
  if (!first) throw broken("a header has the wrong checksum");
  throw new ArchiveError(
    "does not begin as a tar archive does",
    "pack the model's file with tar or zip: a compressed file alone is not unpacked",
  );
}

function entryOf({ header, pax, longName }: Described): ArchiveEntry {
  const name = pax?.path ?? longName ?? header.name();
  if (pax?.path !== undefined && longName !== undefined && pax.path !== longName) {
    throw broken("two extended headers disagree on a name");
  }
  const told = KINDS[header.type];
  if (told === undefined) {
    const shown = JSON.stringify(header.type);
    throw new ArchiveError(`holds ${JSON.stringify(name)} of the type ${shown}, which is no file`);
  }
  const kind = pax?.isSparse ? "sparse" : told;
  // Before ustar, only a slash at the end told a directory.
  const isDirectory = kind === "file" && header.type === "0" && name.endsWith("/");
  return { name, kind: isDirectory ? "directory" : kind, size: pax?.size ?? header.size };
}

/** Git writes one with a comment; a name or a size for all that follows has no honest use. */
function checkGlobal({ path, size, isSparse }: PaxRecords): void {
  if (path !== undefined || size !== undefined || isSparse) {
    throw new ArchiveError("gives one name or one size to all of its files");
  }
}

async function passPadding(reader: ByteReader, size: number): Promise<void> {
  const padding = (BLOCK - size % BLOCK) % BLOCK;
  if (padding > 0 && await reader.exactly(padding) === undefined) throw broken("it ends too early");
}

/** Two blocks of zeros are the end; after them zeros may fill a record, but nothing may hide. */
async function checkEnd(reader: ByteReader): Promise<void> {
  const second = await reader.exactly(BLOCK);
  if (second === undefined) throw broken("its end is missing");
  let bytes: Uint8Array | undefined = second;
  while (bytes !== undefined) {
    if (!isZero(bytes)) {
      throw new ArchiveError("is followed by more data, maybe by another archive");
    }
    bytes = await reader.some(2 ** 20);
  }
}

function upToZero(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}
