/** A TorchScript model gets TensorRT engines in it: https://docs.pytorch.org/TensorRT/py_api/ts.html */

import { type Conversion, type ConversionPlan, script } from "./conversion.ts";

export function torchTensorrt(conversion: Conversion): ConversionPlan {
  const { config, variant, model, output } = conversion;
  const args = [
    ...[model.path, output],
    ...["--workspace", String(config.tensorrt_max_workspace_size)],
    ...(variant.precision?.flags ?? []).map((flag) => `--${flag}`),
    ...(config.tensorrt_sparse_weights ? ["--sparse-weights"] : []),
  ];
  return { commands: [script(conversion, "torch_to_tensorrt.py", args)], result: output };
}
