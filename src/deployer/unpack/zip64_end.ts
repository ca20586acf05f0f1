/**
 * PyTorch, and Info-ZIP for what comes from a pipe, end every ZIP archive with the records of zip64,
 * also when nothing needs them. A strict reader takes them for hidden data.
 */

import type { RandomAccessFile } from "../../world.ts";

/** APPNOTE.TXT 4.3.14 to 4.3.16: zip64's end record, its locator, and the end record. */
const RECORD = { at: 0, magic: 0x06064b50 };
const LOCATOR = { at: 56, magic: 0x07064b50 };
const END = { at: 76, magic: 0x06054b50 };
const ALL = 98;

/** The file as it would be without zip64's end records, if they repeat what the end record says. */
export async function withoutIdleZip64End(file: RandomAccessFile): Promise<RandomAccessFile> {
  const start = file.size - ALL;
  if (start < 0 || !isIdle(await file.readAt(start, ALL), start)) return file;
  const size = start + ALL - END.at;
  return {
    size,
    close: () => file.close(),
    readAt: async (offset, length) => {
      const end = Math.max(offset, Math.min(offset + length, size));
      const before = await file.readAt(offset, Math.max(0, Math.min(end, start) - offset));
      if (end <= start) return before;
      const from = Math.max(offset, start);
      const after = await file.readAt(from + END.at, end - from);
      const both = new Uint8Array(before.length + after.length);
      both.set(before);
      both.set(after, before.length);
      return both;
    },
  };
}

function isIdle(bytes: Uint8Array, start: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const u32 = (offset: number) => view.getUint32(offset, true);
  const u64 = (offset: number) => Number(view.getBigUint64(offset, true));
  const [entries, size, offset] = [
    view.getUint16(END.at + 10, true),
    u32(END.at + 12),
    u32(END.at + 16),
  ];
  return [RECORD, LOCATOR, END].every(({ at, magic }) => u32(at) === magic) &&
    u64(RECORD.at + 4) === LOCATOR.at - 12 && u64(LOCATOR.at + 8) === start &&
    u64(RECORD.at + 32) === entries && u64(RECORD.at + 40) === size &&
    u64(RECORD.at + 48) === offset && offset + size === start;
}
