/** A TorchScript model becomes ONNX, by PyTorch's own exporter. */

import { type Conversion, type ConversionPlan, script } from "./conversion.ts";

/** Every -1 of the signature becomes a dynamic axis; above 2 GiB it writes tensors beside the model. */
export function torchOnnx(conversion: Conversion): ConversionPlan {
  const { variant, model, output } = conversion;
  const args = [model.path, output, String(variant.opset)];
  return { commands: [script(conversion, "torch_to_onnx.py", args)], result: output };
}
