/** The extended headers of PAX: records that say what the header block after them cannot. */

import { broken } from "./archive_error.ts";
import { utf8 } from "./utf8.ts";

export interface PaxRecords {
  readonly path?: string;
  readonly size?: number;
  readonly isSparse: boolean;
}

/** `27 path=folder/model.onnx\n`, one after the other; the number counts its own digits too. */
export function readPax(bytes: Uint8Array): PaxRecords {
  const records = new Map<string, Uint8Array>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 ? "" : utf8(bytes.subarray(at, space));
    const end = at + (/^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : 0);
    const equals = bytes.indexOf(0x3d, space);
    if (end > bytes.length || equals === -1 || equals >= end || bytes[end - 1] !== 0x0a) {
      throw broken("an extended header cannot be read");
    }
    records.set(utf8(bytes.subarray(space + 1, equals)), bytes.subarray(equals + 1, end - 1));
    at = end;
  }
  const path = records.get("path");
  const size = records.get("size");
  return {
    ...(path?.length ? { path: utf8(path) } : {}),
    ...(size?.length ? { size: sizeOf(utf8(size)) } : {}),
    isSparse: [...records.keys()].some((key) => /^GNU\.sparse\.|^SCHILY\.realsize$/.test(key)),
  };
}

function sizeOf(digits: string): number {
  const size = /^\d{1,16}$/.test(digits) ? Number(digits) : NaN;
  if (!Number.isSafeInteger(size)) throw broken("an extended header has no valid size");
  return size;
}
