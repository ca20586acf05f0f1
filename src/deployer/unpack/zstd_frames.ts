/**
 * Takes a zstd stream apart into pieces that a decoder can be fed one by one, so that each frame's
 * end and each mistake is seen where it is. https://www.rfc-editor.org/rfc/rfc8878
 */

import { ArchiveError, broken } from "./archive_error.ts";
import { concatBytes } from "../../text/bytes.ts";
import type { ByteReader } from "./byte_reader.ts";

export type ZstdPiece =
  /** The frame's header, one of its blocks, or its checksum. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "end" };

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const MAX_BLOCK = 128 * 1024;
/** What `zstd -d` takes without more words too. */
const MAX_WINDOW = 128 * 2 ** 20;

/** Types of a block. */
const REPEATED = 1;
const RESERVED = 3;

/** Bits of the frame header's descriptor. */
const SINGLE_SEGMENT = 0x20;
const HAS_CHECKSUM = 0x04;

/** @throws ArchiveError when the stream is not made as it should, or ends too early */
export async function* zstdPieces(reader: ByteReader): AsyncGenerator<ZstdPiece> {
  for (let frames = 0;;) {
    const start = await reader.exactly(4);
    if (start === undefined && frames > 0) return;
    const magic = start === undefined ? 0 : uint32(start);
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      await skip(reader, uint32(await part(reader, 4)));
      continue;
    }
    if (magic !== MAGIC) throw broken("zstd: no frame begins where one should");
    yield* frame(reader, start!);
    frames++;
  }
}

async function* frame(reader: ByteReader, magic: Uint8Array): AsyncGenerator<ZstdPiece> {
  const descriptor = (await part(reader, 1))[0]!;
  const rest = await part(reader, headerLength(descriptor));
  checkHeader(descriptor, rest);
  yield bytes(magic, Uint8Array.of(descriptor), rest);
  for (let last = false; !last;) {
    const header = await part(reader, 3);
    const value = header[0]! | header[1]! << 8 | header[2]! << 16;
    last = (value & 1) === 1;
    const [type, size] = [value >> 1 & 3, value >> 3];
    if (size > MAX_BLOCK || type === RESERVED) throw broken("zstd: a block is malformed");
    const content = type === REPEATED ? 1 : size;
    yield bytes(header, content === 0 ? new Uint8Array() : await part(reader, content));
  }
  if (descriptor & HAS_CHECKSUM) yield bytes(await part(reader, 4));
  yield { kind: "end" };
}

function headerLength(descriptor: number): number {
  const single = descriptor & SINGLE_SEGMENT;
  const contentSize = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  return (single ? 0 : 1) + dictionaryLength(descriptor) + contentSize;
}

function dictionaryLength(descriptor: number): number {
  return [0, 1, 2, 4][descriptor & 3]!;
}

function checkHeader(descriptor: number, rest: Uint8Array): void {
  const single = (descriptor & SINGLE_SEGMENT) !== 0;
  const dictionary = rest.subarray(single ? 0 : 1).subarray(0, dictionaryLength(descriptor));
  if (dictionary.some((byte) => byte !== 0)) {
    throw new ArchiveError("is compressed with a zstd dictionary, which is not in it");
  }
  // A single segment is its own window.
  const contentSize = rest.subarray((single ? 0 : 1) + dictionary.length);
  const window = single
    ? contentSize.reduceRight((sum, byte) => sum * 256 + byte, 0) +
      (contentSize.length === 2 ? 256 : 0)
    : 2 ** (10 + (rest[0]! >> 3)) * (1 + (rest[0]! & 7) / 8);
  if (window > MAX_WINDOW) {
    const mebibytes = Math.ceil(window / 2 ** 20);
    throw new ArchiveError(
      `needs a window of ${mebibytes} MiB to unpack: more than 128 MiB are not held in memory`,
      "pack it with `--long=27` or less",
    );
  }
}

async function skip(reader: ByteReader, length: number): Promise<void> {
  for (let left = length; left > 0;) {
    const bytes = await reader.some(left);
    if (bytes === undefined) throw broken("zstd: it ends too early");
    left -= bytes.length;
  }
}

async function part(reader: ByteReader, length: number): Promise<Uint8Array> {
  if (length === 0) return new Uint8Array();
  const bytes = await reader.exactly(length);
  if (bytes === undefined) throw broken("zstd: it ends too early");
  return bytes;
}

function uint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

function bytes(...parts: readonly Uint8Array[]): ZstdPiece {
  return { kind: "bytes", bytes: concatBytes(parts) };
}
