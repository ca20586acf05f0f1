/** The numbers in a ZIP archive's headers and records, the lowest byte first. */

import type { RandomAccessFile } from "../../world.ts";
import { ambiguous, broken } from "./archive_error.ts";

/** Of fewer bytes only at the end of the file. */
export async function viewAt(
  file: RandomAccessFile,
  offset: number,
  length: number,
): Promise<DataView> {
  return viewOf(await file.readAt(offset, length));
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function u16(view: DataView, at: number): number {
  return view.getUint16(at, true);
}

export function u32(view: DataView, at: number): number {
  return view.getUint32(at, true);
}

/** @throws ArchiveError for more than any file has */
export function u64(view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw broken("a number in it is too large");
  return value;
}

/** What stands in the header's field of 32 bits when its number needs the 64 of an extra field. */
export const IN_ZIP64 = 0xffffffff;

/** The kinds of extra fields that we read: APPNOTE.TXT 4.5.3 and 4.6.9. */
export const ZIP64 = 1;
export const UNICODE_NAME = 0x7075;

/** The content of the extra field of this kind. @throws ArchiveError when there are two */
export function extraField(extra: Uint8Array, kind: number): DataView | undefined {
  const view = viewOf(extra);
  let found: DataView | undefined;
  for (let at = 0; at + 4 <= extra.length;) {
    const next = at + 4 + u16(view, at + 2);
    if (u16(view, at) === kind && next <= extra.length) {
      if (found !== undefined) throw ambiguous("a header has an extra field twice");
      found = viewOf(extra.subarray(at + 4, next));
    }
    at = next;
  }
  return found;
}
