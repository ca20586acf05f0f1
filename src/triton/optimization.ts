/** What config.pbtxt says about accelerators and CUDA graphs. */

import type { PartialConfig } from "../config/schema.ts";
import { type Format, formatFacts } from "../model/format.ts";
import type { PbMessage } from "./pbtxt.ts";

/** ModelOptimizationPolicy: https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto */
export interface Optimization {
  /** Used by instances on a GPU, or by those on the CPU. */
  readonly device: "gpu" | "cpu" | undefined;
  readonly accelerator: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly cudaGraphs: boolean;
}

/** Undefined when Triton's defaults are what is wanted. */
export function planOptimization(config: PartialConfig, format: Format): Optimization | undefined {
  const { backend } = formatFacts(format);
  const cudaGraphs = backend === "tensorrt" && config.tensorrt_capture_cuda_graph === true;
  switch (config.backend_accelerator) {
    case "trt":
      return { device: "gpu", accelerator: "tensorrt", parameters: tensorrt(config), cudaGraphs };
    case "amp":
      return { device: "gpu", accelerator: "auto_mixed_precision", parameters: {}, cudaGraphs };
    case "openvino":
      return { device: "cpu", accelerator: "openvino", parameters: {}, cudaGraphs };
    default:
      return cudaGraphs
        ? { device: undefined, accelerator: undefined, parameters: {}, cudaGraphs }
        : undefined;
  }
}

function tensorrt(config: PartialConfig): Record<string, string> {
  const { tensorrt_precision: precision, tensorrt_max_workspace_size: bytes } = config;
  return {
    ...(precision === undefined ? {} : { precision_mode: precision.toUpperCase() }),
    ...(bytes === undefined ? {} : { max_workspace_size_bytes: String(bytes) }),
  };
}

export function optimizationMessage(optimization: Optimization): PbMessage {
  const { device, accelerator, parameters, cudaGraphs } = optimization;
  return [
    [
      "execution_accelerators",
      device && accelerator
        ? {
          message: [[`${device}_execution_accelerator`, {
            messages: [[
              ["name", accelerator],
              ["parameters", {
                messages: Object.entries(parameters).map(([key, value]): PbMessage => [
                  ["key", key],
                  ["value", value],
                ]),
              }],
            ]],
          }]],
        }
        : undefined,
    ],
    ["cuda", cudaGraphs ? { message: [["graphs", true]] } : undefined],
  ];
}
