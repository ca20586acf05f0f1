/** A SavedModel gets TensorRT engines in it: https://www.tensorflow.org/api_docs/python/tf/experimental/tensorrt/Converter */

import { type Conversion, type ConversionPlan, script } from "./conversion.ts";

/** It takes one precision, the fastest; tf32 is a switch of TensorFlow's. */
export function tfTrt(conversion: Conversion): ConversionPlan {
  const { config, variant, model, output } = conversion;
  const flags = variant.precision?.flags ?? [];
  const fastest = flags.findLast((flag) => flag !== "tf32") ?? "fp32";
  const args = [
    ...[model.path, output],
    ...["--signature", model.signatureKey ?? "serving_default"],
    ...["--precision", fastest.toUpperCase()],
    ...["--workspace", String(config.tensorrt_max_workspace_size)],
    ...(flags.includes("tf32") ? ["--tf32"] : []),
  ];
  return { commands: [script(conversion, "savedmodel_to_tensorrt.py", args)], result: output };
}
