/**
 * Undoes what bzip2 does to a block: Huffman codes, runs, moves to the front, the Burrows-Wheeler
 * transform. https://github.com/dsnet/compress/blob/master/doc/bzip2-format.pdf
 */

import { broken } from "./archive_error.ts";
import type { BitReader } from "./bit_reader.ts";

/** The block's bytes as a chain: the lowest 8 bits of a link are a byte, the others the next link. */
export interface Bzip2Block {
  readonly links: Uint32Array;
  readonly length: number;
  readonly first: number;
}

/** A code of so many bits is looked up in one step. */
const FAST_BITS = 10;
const MAX_BITS = 20;
const GROUP_SIZE = 50;

interface Code {
  /** `symbol << 5 | length` by the next FAST_BITS bits; 0: the code is longer. */
  readonly fast: Uint16Array;
  /** By length: the last code, and what to take off a code to find its place in `symbols`. */
  readonly limit: Int32Array;
  readonly base: Int32Array;
  readonly symbols: Uint16Array;
}

/**
 * @param bits behind the block's magic number and checksum
 * @param links room for as many bytes as the level allows
 */
export function readBzip2Block(bits: BitReader, links: Uint32Array): Bzip2Block {
  if (bits.read(1) === 1) throw malformed("randomised blocks are long out of use");
  const origin = bits.read(24);
  const bytes = usedBytes(bits);
  const groups = bits.read(3);
  const selectors = readSelectors(bits, groups);
  const codes = Array.from({ length: groups }, () => readCode(bits, bytes.length + 2));
  const counts = new Uint32Array(256);
  const length = readBytes({ bits, selectors, codes, bytes, links, counts });
  if (origin >= length) throw malformed("a pointer leads out of its block");
  let sum = 0;
  const places = counts.map((count) => (sum += count) - count);
  for (let i = 0; i < length; i++) links[places[links[i]! & 0xff]!++]! |= i << 8;
  return { links, length, first: links[origin]! >>> 8 };
}

interface Symbols {
  readonly bits: BitReader;
  readonly selectors: Uint8Array;
  readonly codes: readonly Code[];
  /** Those that occur, the last used ones first. */
  readonly bytes: Uint8Array;
  readonly links: Uint32Array;
  readonly counts: Uint32Array;
}

/** Fills the links with the bytes in the order in which the transform left them. */
function readBytes({ bits, selectors, codes, bytes, links, counts }: Symbols): number {
  const end = bytes.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  for (let group = 0; group < selectors.length; group++) {
    const code = codes[selectors[group]!]!;
    for (let i = 0; i < GROUP_SIZE; i++) {
      const symbol = readSymbol(bits, code);
      if (symbol < 2) {
        // A number in bijective base 2, the lowest digit first.
        run += weight << symbol;
        weight <<= 1;
        if (run > links.length) throw malformed("a block is longer than its level allows");
        continue;
      }
      if (run > 0) {
        if (length + run > links.length) throw malformed("a block is longer than its level allows");
        links.fill(bytes[0]!, length, length + run);
        counts[bytes[0]!]! += run;
        length += run;
        run = 0;
        weight = 1;
      }
      if (symbol === end) return length;
      if (length >= links.length) throw malformed("a block is longer than its level allows");
      const place = symbol - 1;
      const byte = bytes[place]!;
      bytes.copyWithin(1, 0, place);
      bytes[0] = byte;
      counts[byte]!++;
      links[length++] = byte;
    }
  }
  throw malformed("a block has no end");
}

function readSymbol(bits: BitReader, { fast, limit, base, symbols }: Code): number {
  const entry = fast[bits.peek(FAST_BITS)]!;
  if (entry !== 0) {
    bits.drop(entry & 31);
    return entry >> 5;
  }
  for (let length = FAST_BITS + 1; length <= MAX_BITS; length++) {
    const code = bits.peek(length);
    if (code > limit[length]!) continue;
    bits.drop(length);
    return symbols[code - base[length]!]!;
  }
  throw malformed("a code means nothing");
}

/** Which bytes occur: a map of sixteen, and for each of them one of sixteen bytes. */
function usedBytes(bits: BitReader): Uint8Array {
  const used: number[] = [];
  const map = bits.read(16);
  for (let high = 0; high < 16; high++) {
    if ((map >> (15 - high) & 1) === 0) continue;
    const low = bits.read(16);
    for (let i = 0; i < 16; i++) if (low >> (15 - i) & 1) used.push(high * 16 + i);
  }
  if (used.length === 0) throw malformed("a block uses no bytes");
  return Uint8Array.from(used);
}

/** Which code each group of symbols is in, the last used ones counted first. */
function readSelectors(bits: BitReader, groups: number): Uint8Array {
  if (groups < 2 || groups > 6) throw malformed("a block has no sane number of codes");
  const order = Uint8Array.from({ length: groups }, (_, i) => i);
  return new Uint8Array(bits.read(15)).map(() => {
    let place = 0;
    while (bits.read(1) === 1) {
      if (++place >= groups) throw malformed("a selector means nothing");
    }
    const group = order[place]!;
    order.copyWithin(1, 0, place);
    return order[0] = group;
  });
}

/** A canonical code, described by the lengths of its codes, each by its difference to the last. */
function readCode(bits: BitReader, count: number): Code {
  const lengths = new Uint8Array(count);
  let length = bits.read(5);
  for (let symbol = 0; symbol < count; symbol++) {
    for (;;) {
      if (length < 1 || length > MAX_BITS) throw malformed("a code is too long");
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const fast = new Uint16Array(1 << FAST_BITS);
  const limit = new Int32Array(MAX_BITS + 1).fill(-1);
  const base = new Int32Array(MAX_BITS + 1);
  const symbols = new Uint16Array(count);
  let code = 0;
  let place = 0;
  for (let bit = 1; bit <= MAX_BITS; bit++, code <<= 1) {
    base[bit] = code - place;
    for (let symbol = 0; symbol < count; symbol++) {
      if (lengths[symbol] !== bit) continue;
      symbols[place++] = symbol;
      if (bit <= FAST_BITS) {
        const spare = FAST_BITS - bit;
        fast.fill(symbol << 5 | bit, code << spare, (code + 1) << spare);
      }
      limit[bit] = code++;
    }
    if (code > 1 << bit) throw malformed("a code is ambiguous");
  }
  return { fast, limit, base, symbols };
}

function malformed(what: string): Error {
  return broken(`bzip2: ${what}`);
}
