/** The small messages of a SavedModel, read whole: the entries of a signature. */

import { fields, MAP_ENTRY } from "./protobuf_fields.ts";

/** Field numbers: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/meta_graph.proto */
const TENSOR_INFO = { name: 1, dataType: 2, shape: 3, sparse: 4, composite: 5 } as const;
/** https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/tensor_shape.proto */
const SHAPE = { dimension: 2, unknownRank: 3 } as const;
const DIMENSION = { size: 1 } as const;

export interface TensorInfo {
  /** As clients call it, in TensorFlow Serving and in Triton; the graph's own name is another. */
  readonly name: string;
  readonly kind: "plain" | "sparse" | "composite";
  readonly dataType: number;
  /** Undefined when the file does not even tell the number of axes. */
  readonly shape: readonly number[] | undefined;
}

export function readTensorEntry(bytes: Uint8Array): TensorInfo {
  const entry = fields(bytes);
  const info = fields(entry.bytes(MAP_ENTRY.value));
  const shape = fields(info.bytes(TENSOR_INFO.shape));
  const isTold = info.has(TENSOR_INFO.shape) && shape.integer(SHAPE.unknownRank) === 0;
  return {
    name: entry.text(MAP_ENTRY.key),
    kind: info.has(TENSOR_INFO.sparse)
      ? "sparse"
      : info.has(TENSOR_INFO.name)
      ? "plain"
      : "composite",
    dataType: info.integer(TENSOR_INFO.dataType),
    shape: isTold ? shape.all(SHAPE.dimension).map(readDimension) : undefined,
  };
}

/** Here, unlike in ONNX, 0 is a size. */
function readDimension(bytes: Uint8Array): number {
  return Math.max(-1, fields(bytes).integer(DIMENSION.size));
}
