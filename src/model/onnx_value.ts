/** The small messages of an ONNX file, read whole: tensor types, opsets, external data entries. */

import { fields } from "./protobuf_fields.ts";

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
