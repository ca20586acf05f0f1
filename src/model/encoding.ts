/** Numbers as Triton takes them in memory: little-endian, one after the other. */

import type { DType } from "./dtype.ts";

export interface Encoding {
  readonly kind: "float" | "integer" | "bool";
  readonly bytes: number;
  /** The smallest and the largest number that the type holds. */
  readonly low: number;
  readonly high: number;
  write(view: DataView, offset: number, value: number): void;
  /** The number that is stored in place of `value`. */
  round(value: number): number;
}

const FLOAT32_MAX = 3.4028234663852886e38;
const BFLOAT16_MAX = 3.3895313892515355e38;
const FLOAT16_MAX = 65504;

const ENCODINGS: Readonly<Record<Exclude<DType, "string">, Encoding>> = {
  bool: { ...integer(8, false, (view, at, x) => view.setUint8(at, x)), kind: "bool", high: 1 },
  int8: integer(8, true, (view, at, x) => view.setInt8(at, x)),
  uint8: integer(8, false, (view, at, x) => view.setUint8(at, x)),
  int16: integer(16, true, (view, at, x) => view.setInt16(at, x, true)),
  uint16: integer(16, false, (view, at, x) => view.setUint16(at, x, true)),
  int32: integer(32, true, (view, at, x) => view.setInt32(at, x, true)),
  uint32: integer(32, false, (view, at, x) => view.setUint32(at, x, true)),
  int64: integer(64, true, (view, at, x) => view.setBigInt64(at, BigInt(x), true)),
  uint64: integer(64, false, (view, at, x) => view.setBigUint64(at, BigInt(x), true)),
  float16: float(2, FLOAT16_MAX, (view, at, x) => view.setFloat16(at, x, true), Math.f16round),
  bfloat16: float(
    2,
    BFLOAT16_MAX,
    (view, at, x) => view.setUint16(at, bfloat16Bits(x), true),
    bfloat16Round,
  ),
  float32: float(4, FLOAT32_MAX, (view, at, x) => view.setFloat32(at, x, true), Math.fround),
  float64: float(8, Number.MAX_VALUE, (view, at, x) => view.setFloat64(at, x, true), (x) => x),
};

export function encodingOf(dtype: Exclude<DType, "string">): Encoding {
  return ENCODINGS[dtype];
}

function integer(bits: number, signed: boolean, write: Encoding["write"]): Encoding {
  const high = 2 ** (signed ? bits - 1 : bits);
  return {
    kind: "integer",
    bytes: bits / 8,
    low: signed ? -high : 0,
    // The largest double below 2^63 and 2^64: what is above cannot be written down exactly here.
    high: bits === 64 ? high - high / 2 ** 53 : high - 1,
    write,
    round: (value) => value,
  };
}

function float(
  bytes: number,
  max: number,
  write: Encoding["write"],
  round: Encoding["round"],
): Encoding {
  return { kind: "float", bytes, low: -max, high: max, write, round };
}

const scratch = new DataView(new ArrayBuffer(4));

/** The upper half of a float32, rounded to the nearest even. */
function bfloat16Bits(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

function bfloat16Round(value: number): number {
  const bits = bfloat16Bits(value);
  scratch.setUint32(0, (bits << 16) >>> 0);
  return scratch.getFloat32(0);
}
