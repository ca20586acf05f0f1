/**
 * Reads bzip2, also of several streams. Own code, because the libraries there are take a file whole,
 * or hold a block's output as a list of numbers, and are no longer kept.
 * https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf
 */

import { ArchiveError, broken } from "./archive_error.ts";
import { BitReader } from "./bit_reader.ts";
import { type ByteReader, byteReader } from "./byte_reader.ts";
import { type Bzip2Block, readBzip2Block } from "./bzip2_block.ts";

/** The largest block has 900,001 symbols of at most 20 bits, and its tables. */
const MAX_PACKED_BLOCK = 2_400_000;
const CHUNK = 2 ** 20;

/** The digits of pi begin a block, those of its square root end a stream. */
const BLOCK = [0x314159, 0x265359];
const END = [0x177245, 0x385090];

export async function* bunzip2(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = byteReader(chunks);
  try {
    for (let streams = 0;; streams++) {
      const start = await reader.exactly(4);
      if (start === undefined && streams > 0) return;
      const level = /^BZh([1-9])$/.exec(String.fromCharCode(...start ?? []))?.[1];
      if (level !== undefined) yield* stream(reader, Number(level));
      else if (streams > 0) throw new ArchiveError("has more data after its end");
      else throw broken("bzip2: it does not begin as it should");
    }
  } finally {
    await reader.close();
  }
}

async function* stream(reader: ByteReader, level: number): AsyncGenerator<Uint8Array> {
  const links = new Uint32Array(level * 100_000);
  let position = 0;
  let checksum = 0;
  for (;;) {
    const bytes = await reader.ahead(MAX_PACKED_BLOCK);
    const bits = new BitReader(bytes, position);
    const magic = [bits.read(24), bits.read(24)];
    const told = (bits.read(16) << 16 | bits.read(16)) >>> 0;
    const isEnd = equal(magic, END);
    if (!isEnd && !equal(magic, BLOCK)) throw broken("bzip2: no block begins where one should");
    const block = isEnd ? undefined : readBzip2Block(bits, links);
    if (bits.position > bytes.length * 8) throw broken("bzip2: it ends too early");
    if (block === undefined) {
      if (told !== checksum) throw broken("bzip2: wrong checksum");
      reader.skip(Math.ceil(bits.position / 8));
      return;
    }
    reader.skip(bits.position >> 3);
    position = bits.position & 7;
    yield* blockBytes(block, told);
    checksum = ((checksum << 1 | checksum >>> 31) ^ told) >>> 0;
  }
}

/** Follows the chain, and undoes the runs: four equal bytes are followed by how many more there are. */
function* blockBytes({ links, length, first }: Bzip2Block, told: number): Generator<Uint8Array> {
  let chunk = new Uint8Array(Math.min(CHUNK, length + 255));
  let filled = 0;
  let crc = -1;
  let previous = -1;
  let run = 0;
  for (let link = first, i = 0; i < length; i++) {
    const value = links[link]!;
    link = value >>> 8;
    let byte = value & 0xff;
    let times = 1;
    if (run === 4) {
      times = byte;
      byte = previous;
      run = 0;
    } else {
      run = byte === previous ? run + 1 : 1;
      previous = byte;
    }
    for (; times > 0; times--) {
      crc = crc << 8 ^ CRC_TABLE[(crc >>> 24) ^ byte]!;
      if (filled === chunk.length) {
        yield chunk;
        chunk = new Uint8Array(CHUNK);
        filled = 0;
      }
      chunk[filled++] = byte;
    }
  }
  if (~crc >>> 0 !== told) throw broken("bzip2: wrong checksum");
  yield chunk.subarray(0, filled);
}

/** The polynomial of Ethernet, the highest bit first. */
const CRC_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? crc << 1 ^ 0x04c11db7 : crc << 1;
  return crc;
});

function equal(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => value === b[i]);
}
