/** Reads the directory of a ZIP archive, holding no more than a line of it. APPNOTE.TXT 4.3.12. */

import { crc32 } from "node:zlib";
import type { RandomAccessFile } from "../../world.ts";
import { ambiguous, broken } from "./archive_error.ts";
import { type ByteReader, byteReader } from "./byte_reader.ts";
import { utf8 } from "./utf8.ts";
import type { ZipDirectory } from "./zip_end.ts";
import { extraField, IN_ZIP64, u16, u32, u64, UNICODE_NAME, viewOf, ZIP64 } from "./zip_numbers.ts";
import type { ZipItem } from "./zip_rules.ts";

const LINE = { magic: 0x02014b50, length: 46 };
const CHUNK = 64 * 1024;
const NOTHING = new Uint8Array();

/** The system that a line was made on, where its attributes are those of DOS. */
const DOS = 0;
const DOS_DIRECTORY = 0x10;
const UNIX_DIRECTORY = 0x4000;
const IS_UTF8 = 0x0800;

/** @throws ArchiveError, in the result, for a line that cannot be read */
export async function* zipItems(
  file: RandomAccessFile,
  directory: ZipDirectory,
): AsyncGenerator<ZipItem> {
  const reader = byteReader(chunksOf(file, directory));
  for (let i = 0; i < directory.entries; i++) yield await nextItem(reader);
  if (await reader.some(1) !== undefined) throw ambiguous("its directory holds more than it says");
}

async function* chunksOf(file: RandomAccessFile, { offset, size }: ZipDirectory) {
  for (let at = 0; at < size; at += CHUNK) {
    yield await file.readAt(offset + at, Math.min(CHUNK, size - at));
  }
}

async function nextItem(reader: ByteReader): Promise<ZipItem> {
  const bytes = await reader.exactly(LINE.length);
  if (bytes === undefined) throw ambiguous("its directory holds less than it says");
  const line = viewOf(bytes);
  if (u32(line, 0) !== LINE.magic) throw broken("its directory cannot be read");
  const [nameLength, extraLength] = [u16(line, 28), u16(line, 30)];
  const length = nameLength + extraLength + u16(line, 32);
  const rest = length === 0 ? NOTHING : await reader.exactly(length);
  if (rest === undefined) throw ambiguous("its directory holds less than it says");
  const extra = rest.subarray(nameLength, nameLength + extraLength);
  const flags = u16(line, 8);
  const named = nameOf(rest.subarray(0, nameLength), { flags, extra });
  const attributes = u32(line, 38);
  const type = (attributes >>> 16) & 0xf000;
  return {
    ...named,
    flags,
    method: u16(line, 10),
    crc: u32(line, 16),
    ...sizesOf(line, extra),
    isDirectory: named.name.endsWith("/") || type === UNIX_DIRECTORY ||
      (u16(line, 4) >> 8 === DOS && (attributes & DOS_DIRECTORY) !== 0),
    type,
  };
}

/** Programs that write names in another encoding say them in UTF-8 in an extra field. */
function nameOf(
  bytes: Uint8Array,
  { flags, extra }: { readonly flags: number; readonly extra: Uint8Array },
): Pick<ZipItem, "name" | "rawName"> {
  const field = (flags & IS_UTF8) === 0 ? extraField(extra, UNICODE_NAME) : undefined;
  const isMeant = field !== undefined && field.byteLength > 5 && field.getUint8(0) === 1 &&
    u32(field, 1) === crc32(bytes);
  if (!isMeant) return { name: utf8(bytes), rawName: undefined };
  const told = new Uint8Array(field.buffer, field.byteOffset + 5, field.byteLength - 5);
  return { name: utf8(told), rawName: bytes.slice() };
}

/** Numbers that have no room in the line stand one after the other in an extra field. */
function sizesOf(
  line: DataView,
  extra: Uint8Array,
): Pick<ZipItem, "compressedSize" | "size" | "offset"> {
  const field = extraField(extra, ZIP64);
  let at = 0;
  const whole = (told: number) => {
    if (told !== IN_ZIP64) return told;
    if (field === undefined || field.byteLength < at + 8) throw broken("a size in it is missing");
    at += 8;
    return u64(field, at - 8);
  };
  const size = whole(u32(line, 24));
  const compressedSize = whole(u32(line, 20));
  const offset = whole(u32(line, 42));
  const disk = u16(line, 34);
  if (disk !== 0 && disk !== 0xffff) throw broken("it is one part of several");
  return { compressedSize, size, offset };
}
