/** Writes small saved_model.pb files field by field, those that TensorFlow would not write included. */

import { WireType } from "@bufbuild/protobuf/wire";
import { field, message, text } from "./wire.ts";

export interface GraphParts {
  readonly tags?: readonly string[];
  readonly signatures?: Readonly<Record<string, SignatureParts>>;
  /** Size of the graph itself. */
  readonly bytes?: number;
}

export interface SignatureParts {
  readonly inputs?: readonly TensorParts[];
  readonly outputs?: readonly TensorParts[];
}

export interface TensorParts {
  readonly name: string;
  /** DataType; 1 is float32. */
  readonly type?: number;
  /** Undefined: the rank is not told. */
  readonly shape?: readonly number[] | undefined;
  readonly encoding?: "sparse" | "composite";
}

/** Numbers: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/protobuf/saved_model.proto */
export function savedModel(...graphs: readonly GraphParts[]): Uint8Array {
  return message((w) => {
    w.tag(1, WireType.Varint).int64(1);
    for (const graph of graphs) field(w, 2, metaGraph(graph));
  });
}

/** `x:-1,3` → `y:-1,4`, both float32. */
export function smallSavedModel(): Uint8Array {
  const inputs = [{ name: "x", shape: [-1, 3] }];
  return savedModel({
    signatures: { serving_default: { inputs, outputs: [{ name: "y", shape: [-1, 4] }] } },
  });
}

function metaGraph({ tags = ["serve"], signatures = {}, bytes = 9 }: GraphParts): Uint8Array {
  return message((w) => {
    field(w, 1, message((info) => tags.forEach((tag) => text(info, 4, tag))));
    field(w, 2, new Uint8Array(bytes));
    for (const [name, one] of Object.entries(signatures)) field(w, 5, entry(name, signature(one)));
  });
}

function signature({ inputs = [], outputs = [] }: SignatureParts): Uint8Array {
  return message((w) => {
    for (const one of inputs) field(w, 1, entry(one.name, tensorInfo(one)));
    for (const one of outputs) field(w, 2, entry(one.name, tensorInfo(one)));
  });
}

function tensorInfo({ name, type = 1, shape, encoding }: TensorParts): Uint8Array {
  return message((w) => {
    if (encoding === undefined) text(w, 1, `graph_${name}:0`);
    else field(w, encoding === "sparse" ? 4 : 5, new Uint8Array());
    w.tag(2, WireType.Varint).int32(type);
    field(w, 3, tensorShape(shape));
  });
}

function tensorShape(shape: TensorParts["shape"]): Uint8Array {
  return message((w) => {
    if (shape === undefined) w.tag(3, WireType.Varint).bool(true);
    for (const size of shape ?? []) {
      // A size of 0 is protobuf's default, and left out.
      field(w, 2, message((d) => void (size === 0 || d.tag(1, WireType.Varint).int64(size))));
    }
  });
}

function entry(key: string, value: Uint8Array): Uint8Array {
  return message((w) => {
    text(w, 1, key);
    field(w, 2, value);
  });
}
