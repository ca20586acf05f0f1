/** The small messages of an ONNX file, read whole: tensor types, opsets, external data entries. */

import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { BrokenMessage } from "./protobuf_walk.ts";

/** Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
const STRING_ENTRY = { key: 1, value: 2 } as const;
const OPSET = { domain: 1, version: 2 } as const;
const VALUE_INFO = { name: 1, type: 2 } as const;
const TYPE = { tensor: 1 } as const;
const TENSOR_TYPE = { elementType: 1, shape: 2 } as const;
const SHAPE = { dimension: 1 } as const;
const DIMENSION = { value: 1 } as const;

export interface ValueInfo {
  readonly name: string;
  /** 0 when it is no tensor. */
  readonly elementType: number;
  /** Undefined when the file does not even tell the number of axes. */
  readonly shape: readonly number[] | undefined;
}

export function readValueInfo(bytes: Uint8Array): ValueInfo {
  const info = fields(bytes);
  const type = fields(info.bytes(VALUE_INFO.type));
  const tensor = fields(type.bytes(TYPE.tensor));
  const dimensions = fields(tensor.bytes(TENSOR_TYPE.shape)).all(SHAPE.dimension);
  return {
    name: info.text(VALUE_INFO.name),
    elementType: tensor.integer(TENSOR_TYPE.elementType),
    shape: tensor.has(TENSOR_TYPE.shape) ? dimensions.map(readDimension) : undefined,
  };
}

/** A dimension with a name or with nothing is dynamic; some exporters write 0 or −1 for it. */
function readDimension(bytes: Uint8Array): number {
  const value = fields(bytes).integer(DIMENSION.value);
  return value >= 1 ? value : -1;
}

export function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  const opset = fields(bytes);
  return { domain: opset.text(OPSET.domain), version: opset.integer(OPSET.version) };
}

export function readStringEntry(bytes: Uint8Array): { key: string; value: string } {
  const entry = fields(bytes);
  return { key: entry.text(STRING_ENTRY.key), value: entry.text(STRING_ENTRY.value) };
}

interface Fields {
  has(number: number): boolean;
  /** Empty, 0 or "" when the field is not there: protobuf's defaults. */
  bytes(number: number): Uint8Array;
  all(number: number): readonly Uint8Array[];
  integer(number: number): number;
  text(number: number): string;
}

function fields(bytes: Uint8Array): Fields {
  const found: (readonly [number, Uint8Array | number])[] = [];
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (wireType === WireType.LengthDelimited) found.push([number, reader.bytes()]);
      else if (wireType === WireType.Varint) found.push([number, Number(reader.int64())]);
      else reader.skip(wireType, number);
    }
  } catch {
    throw new BrokenMessage("holds a broken description of a tensor");
  }
  const all = (number: number) => found.filter(([n]) => n === number).map(([, value]) => value);
  const binary = (number: number) => all(number).filter((value) => value instanceof Uint8Array);
  return {
    has: (number) => all(number).length > 0,
    bytes: (number) => binary(number).at(-1) ?? new Uint8Array(),
    all: binary,
    integer: (number) => all(number).filter((value) => typeof value === "number").at(-1) ?? 0,
    text: (number) => new TextDecoder().decode(binary(number).at(-1)),
  };
}
