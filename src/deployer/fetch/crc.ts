/** The two CRCs of cloud storages that Node does not have, by tables for eight bytes at once. */

export interface Digester {
  update(bytes: Uint8Array): void;
  /** In hexadecimal. */
  digest(): string;
}

/** Castagnoli's polynomial, reflected: https://www.rfc-editor.org/rfc/rfc3720#section-12.1 */
const CASTAGNOLI = 0x82f63b78n;
/** NVMe's, reflected: NVM Command Set Specification, "64b CRC". */
const NVME = 0x9a6c9329ac4bc9b5n;

export function crc32c(): Digester {
  return crc(CASTAGNOLI, 8);
}

export function crc64nvme(): Digester {
  return crc(NVME, 16);
}

/** Both begin and end inverted, so in a 64-bit register that of 32 bits has its upper half clear. */
function crc(polynomial: bigint, digits: 8 | 16): Digester {
  const { low: lows, high: highs } = tables(polynomial);
  let low = -1;
  let high = digits === 16 ? -1 : 0;
  return {
    update: (bytes) => {
      let at = 0;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (const end = bytes.length - 7; at < end; at += 8) {
        const a = low ^ view.getInt32(at, true);
        const b = high ^ view.getInt32(at + 4, true);
        const i0 = 1792 + (a & 255), i1 = 1536 + (a >>> 8 & 255);
        const i2 = 1280 + (a >>> 16 & 255), i3 = 1024 + (a >>> 24);
        const i4 = 768 + (b & 255), i5 = 512 + (b >>> 8 & 255);
        const i6 = 256 + (b >>> 16 & 255), i7 = b >>> 24;
        low = lows[i0]! ^ lows[i1]! ^ lows[i2]! ^ lows[i3]! ^
          lows[i4]! ^ lows[i5]! ^ lows[i6]! ^ lows[i7]!;
        high = highs[i0]! ^ highs[i1]! ^ highs[i2]! ^ highs[i3]! ^
          highs[i4]! ^ highs[i5]! ^ highs[i6]! ^ highs[i7]!;
      }
      for (; at < bytes.length; at++) {
        const i = (low ^ bytes[at]!) & 255;
        low = (low >>> 8 | high << 24) ^ lows[i]!;
        high = high >>> 8 ^ highs[i]!;
      }
    },
    digest: () => {
      const hex = (word: number) => (~word >>> 0).toString(16).padStart(8, "0");
      return digits === 16 ? hex(high) + hex(low) : hex(low);
    },
  };
}

interface Tables {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

/** Row k tells what a byte does that k more bytes follow. */
function tables(polynomial: bigint): Tables {
  const rows: bigint[] = [];
  for (let i = 0n; i < 256n; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? value >> 1n ^ polynomial : value >> 1n;
    rows.push(value);
  }
  for (let i = 256; i < 2048; i++) {
    const before = rows[i - 256]!;
    rows.push(before >> 8n ^ rows[Number(before & 255n)]!);
  }
  return {
    low: Int32Array.from(rows, (row) => Number(BigInt.asIntN(32, row))),
    high: Int32Array.from(rows, (row) => Number(BigInt.asIntN(32, row >> 32n))),
  };
}
