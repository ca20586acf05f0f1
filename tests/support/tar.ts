/** Writes TAR archives block by block, so that they may lie. */

import { concatBytes } from "../../src/text/bytes.ts";

export interface TarPart {
  readonly name: string;
  readonly body?: string | Uint8Array;
  /** One character; default: a file, or a directory when the name ends in a slash. */
  readonly type?: string;
  /** A lie about the size, or the bytes of its field. */
  readonly size?: number | string;
  readonly prefix?: string;
  /** `ustar\0` + `00` (default), GNU's `ustar  \0`, or nothing as in V7. */
  readonly magic?: string;
  /** Added to the checksum. */
  readonly wrong?: number;
}

const BLOCK = 512;

/** The blocks of zeros at the end are left out on request. */
export function tar(parts: readonly TarPart[], { end = 2 } = {}): Uint8Array {
  return concat(...parts.flatMap(partBytes), new Uint8Array(end * BLOCK));
}

/** An extended header for the part that follows it. */
export function pax(records: Readonly<Record<string, string>>, type = "x"): TarPart {
  const body = Object.entries(records).map(([key, value]) => paxRecord(key, value)).join("");
  return { name: "PaxHeaders/x", type, body };
}

/** GNU's way to say a long name. */
export function longName(name: string, type = "L"): TarPart {
  return { name: "././@LongLink", type, body: `${name}\0`, magic: "ustar  \0" };
}

export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = (digits: number) => bytesOf(rest).length + digits;
  const digits = [1, 2, 3, 4, 5, 6].find((n) => String(length(n)).length === n)!;
  return `${length(digits)}${rest}`;
}

function partBytes(part: TarPart): Uint8Array[] {
  const body = bytesOf(part.body ?? "");
  const padding = new Uint8Array((BLOCK - body.length % BLOCK) % BLOCK);
  return [header(part, body.length), body, padding];
}

function header(part: TarPart, length: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (offset: number, text: string) => block.set(bytesOf(text), offset);
  const size = part.size ?? length;
  put(0, part.name);
  put(100, "0000644\0");
  const field = typeof size === "string" ? size : `${size.toString(8).padStart(11, "0")}\0`;
  block.set(Uint8Array.from(field, (character) => character.charCodeAt(0)), 124);
  put(136, "00000000000\0");
  put(156, part.type ?? (part.name.endsWith("/") ? "5" : "0"));
  put(257, part.magic ?? "ustar\x0000");
  put(345, part.prefix ?? "");
  put(148, "        ");
  const sum = block.reduce((all, byte) => all + byte, 0) + (part.wrong ?? 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  return block;
}

export function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(parts);
}
