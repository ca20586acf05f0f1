/** How Triton runs the model. */

import * as v from "valibot";
import { option } from "./option.ts";
import { choice, counts, flag, integer, nonEmpty } from "./value.ts";

const group = "Triton";

export const BATCHING = ["disabled", "static", "dynamic"] as const;
export type Batching = typeof BATCHING[number];

/** https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto, ModelOptimizationPolicy */
export const ACCELERATORS = ["none", "amp", "trt", "openvino"] as const;
export type Accelerator = typeof ACCELERATORS[number];

export const tritonOptions = {
  max_batch_size: option("integer", v.optional(integer(0, 2 ** 31 - 1), 128), {
    description: "Largest batch that Triton may run.",
    group,
    placeholder: "N",
    readers: ["deployer"],
  }),
  batching: option("text", v.optional(choice(BATCHING), "static"), {
    description: "Who forms batches: nobody, the client (static) or Triton (dynamic).",
    group,
    placeholder: "MODE",
    readers: ["deployer"],
  }),
  backend_accelerator: option("text", v.optional(choice(ACCELERATORS)), {
    description:
      "What the backend hands the model to: mixed precision (amp), TensorRT (trt) or OpenVINO.",
    group,
    placeholder: "ACCELERATOR",
    readers: ["deployer"],
  }),
  tensorrt_precision: option("text", v.optional(choice(["int8", "fp16", "fp32"])), {
    description: "Precision of the accelerator trt. Default: Triton's own, fp32.",
    group,
    placeholder: "PRECISION",
    readers: ["deployer"],
  }),
  tensorrt_capture_cuda_graph: option("boolean", v.optional(flag(), false), {
    description: "Let the TensorRT backend capture CUDA graphs.",
    group,
    readers: ["deployer"],
  }),
  preferred_batch_sizes: option("integers", v.optional(nonEmpty(integer(1))), {
    description:
      "Batch sizes that dynamic batching tries to form. Default: the largest, once a delay is set.",
    group,
    placeholder: "N",
    readers: ["deployer"],
  }),
  max_queue_delay_us: option("integer", v.optional(integer(0)), {
    description: "Microseconds that dynamic batching waits for a batch.",
    group,
    placeholder: "N",
    readers: ["deployer"],
  }),
  engine_count_per_device: option("counts", v.optional(counts), {
    description: "Instances of the model on each device, by kind.",
    group,
    placeholder: "KIND=COUNT",
    readers: ["deployer"],
  }),
};
