/** What the model is converted to, how, and how exact the result must be. */

import * as v from "valibot";
import { FORMATS } from "../model/format.ts";
import { PRECISION_MODES, PRECISIONS } from "../model/precision.ts";
import { option } from "./option.ts";
import { choice, flag, integer, nonEmpty, tolerances } from "./value.ts";

const group = "Conversion";

/** The first and the newest: https://github.com/onnx/onnx/blob/main/docs/Versioning.md; ONNX Runtime begins with 7. */
const OPSETS = { first: 7, newest: 25 } as const;

export const conversionOptions = {
  target_formats: option("texts", v.optional(nonEmpty(choice(FORMATS))), {
    description: "Formats to serve the model in. Default: its own.",
    group,
    placeholder: "FORMAT",
    readers: ["deployer"],
  }),
  onnx_opsets: option("integers", v.optional(nonEmpty(integer(OPSETS.first, OPSETS.newest))), {
    description:
      "Operator sets for conversions to ONNX, and through ONNX to TensorRT. Default: 13.",
    group,
    placeholder: "N",
    readers: ["deployer"],
  }),
  tensorrt_precisions: option(
    "texts",
    v.optional(nonEmpty(choice(PRECISIONS)), ["fp16", "fp32"]),
    {
      description: "Precisions of the layers that TensorRT may choose.",
      group,
      placeholder: "PRECISION",
      readers: ["deployer"],
    },
  ),
  tensorrt_precisions_mode: option("text", v.optional(choice(PRECISION_MODES), "hierarchy"), {
    description:
      "How precisions are applied: each with the more exact ones (hierarchy), each alone (single), or both (mixed).",
    group,
    placeholder: "MODE",
    readers: ["deployer"],
  }),
  tensorrt_explicit_precision: option("boolean", v.optional(flag(), false), {
    description: "The model's layers are quantized already: TensorRT keeps their precision.",
    group,
    readers: ["deployer"],
  }),
  tensorrt_sparse_weights: option("boolean", v.optional(flag(), false), {
    description: "Let TensorRT make use of sparse weights.",
    group,
    readers: ["deployer"],
  }),
  tensorrt_max_workspace_size: option("integer", v.optional(integer(1), 2 ** 32), {
    description: "Bytes of GPU memory that TensorRT may use temporarily.",
    group,
    placeholder: "BYTES",
    readers: ["deployer"],
  }),
  atol: option("tolerances", v.optional(tolerances, { "": 1e-5 }), {
    description:
      "Absolute tolerance of the converted model's outputs; one without a name is for all others.",
    group,
    placeholder: "[NAME=]TOLERANCE",
    readers: ["deployer"],
  }),
  rtol: option("tolerances", v.optional(tolerances, { "": 1e-5 }), {
    description:
      "Relative tolerance of the converted model's outputs; one without a name is for all others.",
    group,
    placeholder: "[NAME=]TOLERANCE",
    readers: ["deployer"],
  }),
};
