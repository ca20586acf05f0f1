/**
 * What stands around an entry's bytes in a ZIP archive must say what its directory says: other
 * programs believe the one or the other. APPNOTE.TXT 4.3.7 and 4.3.9.
 */

import type { RandomAccessFile } from "../../world.ts";
import type { ZipItem } from "./zip_rules.ts";

const HEADER = { magic: 0x04034b50, length: 30 };
const DESCRIPTOR_MAGIC = 0x08074b50;
const ZIP64_EXTRA = 1;
const IN_ZIP64 = 0xffffffff;

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
  if (header.byteLength < HEADER.length || header.getUint32(0, true) !== HEADER.magic) {
    throw new Error("it has no header");
  }
  const nameLength = header.getUint16(26, true);
  const extraLength = header.getUint16(28, true);
  const start = item.offset + HEADER.length + nameLength + extraLength;
  if (start + item.compressedSize > end) throw new Error("it overlaps what follows");
  const rest = await file.readAt(item.offset + HEADER.length, nameLength + extraLength);
  const sizes = {
    crc: header.getUint32(14, true),
    packed: header.getUint32(18, true),
    size: header.getUint32(22, true),
  };
  const hasDescriptor = (item.flags & HAS_DESCRIPTOR) !== 0;
  const agrees = ((header.getUint16(6, true) ^ item.flags) & COMPARED_FLAGS) === 0 &&
    header.getUint16(8, true) === item.method &&
    rest.subarray(0, nameLength).toHex() === item.rawName.toHex() &&
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

/** Sizes that have no room in the header: the unpacked one comes first. */
function unpackZip64(sizes: Sizes, extra: Uint8Array): Sizes {
  if (sizes.packed !== IN_ZIP64 && sizes.size !== IN_ZIP64) return sizes;
  const view = new DataView(extra.buffer, extra.byteOffset, extra.length);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== ZIP64_EXTRA || at + 20 > extra.length) continue;
    const u64 = (offset: number) => Number(view.getBigUint64(at + offset, true));
    return { crc: sizes.crc, size: u64(4), packed: u64(12) };
  }
  return sizes;
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
      wide ? Number(view.getBigUint64(offset, true)) : view.getUint32(offset, true);
    const second = at + 4 + (wide ? 8 : 4);
    return { crc: view.getUint32(at, true), packed: number(at + 4), size: number(second) };
  };
  const hasMagic = view.byteLength > 4 && view.getUint32(0, true) === DESCRIPTOR_MAGIC;
  const forms = [read(0, false), read(0, true)];
  if (hasMagic) forms.push(read(4, false), read(4, true));
  if (!forms.some((form) => form && areThose(form, item))) {
    throw new Error("what follows it and the archive's directory disagree");
  }
}

async function viewAt(file: RandomAccessFile, offset: number, length: number): Promise<DataView> {
  const bytes = await file.readAt(offset, length);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
