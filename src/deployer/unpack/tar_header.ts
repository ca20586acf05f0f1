/**
 * Reads one header block of a TAR archive: V7, ustar, PAX, GNU or star.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06,
 * https://www.gnu.org/software/tar/manual/html_node/Standard.html
 */

import { broken } from "./archive_error.ts";
import { utf8 } from "./utf8.ts";

export const BLOCK = 512;

export interface TarHeader {
  /** Asked for only where no long name stands before it: cut to fit, it may be no UTF-8. */
  readonly name: () => string;
  /** One character; `0` for the files of V7, which has none. */
  readonly type: string;
  readonly size: number;
}

/** Where the fields lie: offset and length. */
const FIELDS = {
  name: [0, 100],
  size: [124, 12],
  checksum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
  prefix: [345, 155],
  /** Star keeps times behind a shorter prefix, and says so at the end of the block. */
  starPrefix: [345, 131],
  starMagic: [508, 4],
} as const;

type Field = keyof typeof FIELDS;

/** Undefined for a block of zeros, damaged with a wrong checksum. @throws ArchiveError */
export function readTarHeader(block: Uint8Array): TarHeader | "damaged" | undefined {
  if (isZero(block)) return undefined;
  if (!isTarHeader(block)) return "damaged";
  const type = latin1(block, "type");
  return {
    name: () => nameOf(block),
    type: type === "\0" ? "0" : type,
    size: numberOf(block, "size"),
  };
}

/** Some old programs add the bytes as signed ones. */
export function isTarHeader(block: Uint8Array): boolean {
  const [start, length] = FIELDS.checksum;
  const told = /^ *([0-7]{1,7})[\0 ]*$/.exec(latin1(block, "checksum"))?.[1];
  if (block.length !== BLOCK || told === undefined) return false;
  let sum = 0;
  let signed = 0;
  for (let i = 0; i < BLOCK; i++) {
    const byte = i >= start && i < start + length ? 0x20 : block[i]!;
    sum += byte;
    signed += byte << 24 >> 24;
  }
  const value = parseInt(told, 8);
  return value === sum || value === signed;
}

/** A loop, because a call for each byte takes ten times as long. */
export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

/** GNU uses the prefix for something else. */
function nameOf(block: Uint8Array): string {
  const name = text(block, "name");
  if (latin1(block, "magic") !== "ustar\x0000") return name;
  const star = latin1(block, "starMagic") === "tar\0";
  const prefix = text(block, star ? "starPrefix" : "prefix");
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Octal digits, or from 8 GiB on a binary number after the bit 0x80; 0xff begins a negative one. */
function numberOf(block: Uint8Array, field: Field): number {
  const bytes = slice(block, field);
  if (bytes[0] === 0x80) {
    const value = bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    if (value <= Number.MAX_SAFE_INTEGER) return value;
  }
  const digits = /^[\0 ]*([0-7]*)[\0 ]*$/.exec(latin1(block, field))?.[1];
  if (digits === undefined) throw broken(`a header has no valid ${field}`);
  return digits === "" ? 0 : parseInt(digits, 8);
}

function text(block: Uint8Array, field: Field): string {
  const bytes = slice(block, field);
  const end = bytes.indexOf(0);
  return utf8(end === -1 ? bytes : bytes.subarray(0, end));
}

function latin1(block: Uint8Array, field: Field): string {
  return String.fromCharCode(...slice(block, field));
}

function slice(block: Uint8Array, field: Field): Uint8Array {
  const [start, length] = FIELDS[field];
  return block.subarray(start, start + length);
}
