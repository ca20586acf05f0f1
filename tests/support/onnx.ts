/** Writes small ONNX files field by field. Numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */

import { WireType } from "@bufbuild/protobuf/wire";
import { field, message, text } from "./wire.ts";

export interface OnnxTensor {
  readonly name: string;
  /** TensorProto.DataType; 1 is float32. */
  readonly type?: number;
  /** A text is a named, so dynamic, dimension; undefined: the rank is not told. */
  readonly shape?: readonly (number | string)[] | undefined;
}

export interface OnnxParts {
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
  readonly initializers?: readonly { name: string; bytes?: number; file?: string }[];
  readonly opset?: number;
  /** Names of files that a constant in the branch of an `If` lies in. */
  readonly branchFiles?: readonly string[];
}

export function onnx(parts: OnnxParts): Uint8Array {
  const graph = message((w) => {
    for (const file of parts.branchFiles ?? []) field(w, 1, ifNode(file));
    text(w, 2, "graph");
    for (const one of parts.initializers ?? []) field(w, 5, tensor(one));
    for (const one of parts.inputs) field(w, 11, valueInfo(one));
    for (const one of parts.outputs) field(w, 12, valueInfo(one));
  });
  return message((w) => {
    w.tag(1, WireType.Varint).int64(8);
    text(w, 2, "test");
    field(w, 7, graph);
    field(w, 8, message((o) => void o.tag(2, WireType.Varint).int64(parts.opset ?? 17)));
    field(
      w,
      8,
      message((o) => {
        text(o, 1, "com.example");
        o.tag(2, WireType.Varint).int64(3);
      }),
    );
  });
}

/** `x:-1,3` → `y:-1,4`, both float32. */
export function smallOnnx(): Uint8Array {
  return onnx({
    inputs: [{ name: "x", shape: ["batch", 3] }],
    outputs: [{ name: "y", shape: ["batch", 4] }],
  });
}

function tensor({ name, bytes = 4, file }: { name: string; bytes?: number; file?: string }) {
  return message((w) => {
    w.tag(1, WireType.Varint).int64(1);
    w.tag(2, WireType.Varint).int32(1);
    text(w, 8, name);
    if (file === undefined) field(w, 9, new Uint8Array(bytes));
    else {
      field(
        w,
        13,
        message((e) => {
          text(e, 1, "location");
          text(e, 2, file);
        }),
      );
      w.tag(14, WireType.Varint).int32(1);
    }
  });
}

function ifNode(file: string): Uint8Array {
  const constant = message((w) => {
    field(w, 5, message((a) => field(a, 5, tensor({ name: "inner", file }))));
  });
  const branch = message((w) => field(w, 1, constant));
  return message((w) => field(w, 5, message((a) => field(a, 6, branch))));
}

function valueInfo({ name, type = 1, shape }: OnnxTensor): Uint8Array {
  const dimensions = shape && message((w) => {
    for (const size of shape) {
      field(
        w,
        1,
        message((d) => {
          if (typeof size === "string") text(d, 2, size);
          else d.tag(1, WireType.Varint).int64(size);
        }),
      );
    }
  });
  const tensorType = message((w) => {
    w.tag(1, WireType.Varint).int32(type);
    if (dimensions) field(w, 2, dimensions);
  });
  return message((w) => {
    text(w, 1, name);
    field(w, 2, message((t) => field(t, 1, tensorType)));
  });
}
