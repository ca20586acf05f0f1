/**
 * What stands around an entry's bytes in a ZIP archive must say what its directory says: other
 * programs believe the one or the other. APPNOTE.TXT 4.3.7 and 4.3.9.
 */

import type { RandomAccessFile } from "../../world.ts";
import { extraField, IN_ZIP64, u16, u32, u64, viewAt, ZIP64 } from "./zip_numbers.ts";
import type { ZipItem } from "./zip_rules.ts";

const HEADER = { magic: 0x04034b50, length: 30 };
const DESCRIPTOR_MAGIC = 0x08074b50;

/** Bits of the flags: encrypted, sizes follow the data, strongly encrypted, UTF-8. */
const HAS_DESCRIPTOR = 0x0008;
const COMPARED_FLAGS = 0x0001 | HAS_DESCRIPTOR | 0x0040 | 0x0800;

/**
 * Where the bytes begin.
 * @param end where the next entry begins
 * @throws Error when anything disagrees
 */
export async function zipDataOffset(
  item: ZipItem,
  { file, end }: { readonly file: RandomAccessFile; readonly end: number },
): Promise<number> {
  const header = await viewAt(file, item.offset, HEADER.length);
  if (header.byteLength < HEADER.length || u32(header, 0) !== HEADER.magic) {
    throw new Error("it has no header");
  }
  const nameLength = u16(header, 26);
  const extraLength = u16(header, 28);
  const start = item.offset + HEADER.length + nameLength + extraLength;
  if (start + item.compressedSize > end) throw new Error("it overlaps what follows");
  const rest = await file.readAt(item.offset + HEADER.length, nameLength + extraLength);
  const sizes = {
    crc: u32(header, 14),
    packed: u32(header, 18),
    size: u32(header, 22),
  };
  const hasDescriptor = (item.flags & HAS_DESCRIPTOR) !== 0;
  const agrees = ((u16(header, 6) ^ item.flags) & COMPARED_FLAGS) === 0 &&
    u16(header, 8) === item.method &&
    rest.subarray(0, nameLength).toHex() === rawName(item).toHex() &&
    areThose(unpackZip64(sizes, rest.subarray(nameLength)), item, hasDescriptor);
  if (!agrees) throw new Error("its header and the archive's directory disagree");
  if (hasDescriptor) await checkDescriptor(item, start, file);
  return start;
}

interface Sizes {
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/**
 * Programs that write to a pipe leave empty what they know later only, and say it behind the data.
 */
function areThose({ crc, packed, size }: Sizes, item: ZipItem, mayBeEmpty = false): boolean {
  const is = (told: number, right: number) =>
    told === right || (mayBeEmpty && (told === 0 || told === IN_ZIP64));
  return is(crc, item.crc) && is(packed, item.compressedSize) && is(size, item.size);
}

function rawName({ name, rawName }: ZipItem): Uint8Array {
  return rawName ?? new TextEncoder().encode(name);
}

/** Sizes that have no room in the header: the unpacked one comes first. */
function unpackZip64(sizes: Sizes, extra: Uint8Array): Sizes {
  if (sizes.packed !== IN_ZIP64 && sizes.size !== IN_ZIP64) return sizes;
  const field = extraField(extra, ZIP64);
  if (field === undefined || field.byteLength < 16) return sizes;
  return { crc: sizes.crc, size: u64(field, 0), packed: u64(field, 8) };
}

/** With or without a magic number, its sizes of 4 or of 8 bytes. */
async function checkDescriptor(
  item: ZipItem,
  start: number,
  file: RandomAccessFile,
): Promise<void> {
  const view = await viewAt(file, start + item.compressedSize, 24);
  const read = (at: number, wide: boolean): Sizes | undefined => {
    if (view.byteLength < at + (wide ? 20 : 12)) return undefined;
    const number = (offset: number) =>
      wide ? Number(view.getBigUint64(offset, true)) : u32(view, offset);
    const second = at + 4 + (wide ? 8 : 4);
    return { crc: u32(view, at), packed: number(at + 4), size: number(second) };
  };
  const hasMagic = view.byteLength > 4 && u32(view, 0) === DESCRIPTOR_MAGIC;
  const forms = [read(0, false), read(0, true)];
  if (hasMagic) forms.push(read(4, false), read(4, true));
  if (!forms.some((form) => form && areThose(form, item))) {
    throw new Error("what follows it and the archive's directory disagree");
  }
}
