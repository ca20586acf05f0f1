/** Which steps lead from one format to another? */

import type { Format } from "../model/format.ts";

/** One run of one tool. */
export interface ConversionStep {
  readonly from: Format;
  readonly to: Format;
  readonly tool: "tf2onnx" | "torch.onnx" | "polygraphy" | "torch_tensorrt" | "tf-trt";
}

const STEPS: readonly ConversionStep[] = [
  { from: "tf-savedmodel", to: "onnx", tool: "tf2onnx" },
  { from: "torchscript", to: "onnx", tool: "torch.onnx" },
  { from: "onnx", to: "trt", tool: "polygraphy" },
  { from: "torchscript", to: "torch-trt", tool: "torch_tensorrt" },
  { from: "tf-savedmodel", to: "tf-trt", tool: "tf-trt" },
];

/** In order; none when the model is served as it is. Undefined when no tool leads there. */
export function planConversion(
  source: Format,
  target: Format,
): readonly ConversionStep[] | undefined {
  if (source === target) return [];
  for (const last of STEPS.filter(({ to }) => to === target)) {
    const before = planConversion(source, last.from);
    if (before !== undefined) return [...before, last];
  }
  return undefined;
}

/** The formats that a model of this format can be served in. */
export function reachableFormats(source: Format): readonly Format[] {
  const next = STEPS.filter(({ from }) => from === source).map(({ to }) => to);
  return [...new Set([source, ...next.flatMap(reachableFormats)])];
}
