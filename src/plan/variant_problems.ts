/** What keeps a model from being served in the formats that are asked for. */

import type { Where } from "../config/load.ts";
import type { PartialConfig } from "../config/schema.ts";
import type { Accelerator } from "../config/triton_options.ts";
import type { Problem } from "../errors.ts";
import { type Format, formatFacts, formatFromPath, MODEL_SUFFIXES } from "../model/format.ts";
import { planConversion, reachableFormats } from "./conversion.ts";

/** https://docs.nvidia.com/deeplearning/triton-inference-server/release-notes/: no TensorFlow from here on. */
const WITHOUT_TENSORFLOW = "25.03";

/**
 * Which formats an accelerator takes: ModelOptimizationPolicy in
 * https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto
 */
const ACCELERATED: Readonly<Record<Accelerator, readonly Format[] | "all">> = {
  none: "all",
  amp: ["tf-savedmodel", "tf-trt"],
  trt: ["onnx", "tf-savedmodel"],
  openvino: ["onnx"],
};

export function variantProblems(
  config: PartialConfig,
  { path, where }: { readonly path: string | undefined; readonly where: Where },
): Problem[] {
  if (path === undefined) return [];
  const source = config.model_format ?? formatFromPath(path);
  if (source === undefined) {
    return [{
      where: where("model_format"),
      what: `nothing tells the format of \`${path}\``,
      hint: `give \`--model-format\`, or a file name that ends in ${MODEL_SUFFIXES.join(", ")}`,
    }];
  }
  const targets = config.target_formats ?? [source];
  return [
    ...conversionProblems(source, targets, where),
    ...tensorflowProblems(config, [source, ...targets], where),
    ...acceleratorProblems(config, targets, where),
    ...graphProblems(config, targets, where),
  ];
}

function conversionProblems(
  source: Format,
  targets: readonly Format[],
  where: Where,
): Problem[] {
  return targets.filter((target) => planConversion(source, target) === undefined).map((target) => ({
    where: where("target_formats"),
    what: `nothing converts ${source} to ${target}`,
    hint: `${source} can be served as ${reachableFormats(source).join(", ")}`,
  }));
}

/** Releases are YY.MM with two digits each: their texts sort like their dates. */
function tensorflowProblems(
  { container_version: version, framework_docker_image: image }: PartialConfig,
  [source, ...targets]: readonly Format[],
  where: Where,
): Problem[] {
  if (version === undefined || version < WITHOUT_TENSORFLOW) return [];
  const served = targets.find((target) => formatFacts(target).backend === "tensorflow");
  if (served !== undefined) {
    return [{
      where: where("container_version"),
      what: `Triton ${version} has no TensorFlow backend any more, and the model is ${served}`,
      hint: `give \`--target-formats onnx\`, or a container version before ${WITHOUT_TENSORFLOW}`,
    }];
  }
  // NVIDIA's TensorFlow image ended with the backend.
  if (formatFacts(source!).framework !== "tensorflow" || image !== undefined) return [];
  return [{
    where: where("container_version"),
    what: `there is no TensorFlow image of NVIDIA's in ${version} to convert the model in`,
    hint: "give your own with `--framework-docker-image`, for example tensorflow/tensorflow:2.16.1",
  }];
}

/** Why the accelerator rules this format out, while it takes others that are asked for. */
export function leftOutReason(config: PartialConfig, format: Format): string | undefined {
  const accelerator = config.backend_accelerator ?? "none";
  const formats = ACCELERATED[accelerator];
  if (formats === "all" || formats.includes(format)) return undefined;
  return `the accelerator ${accelerator} takes ${formats.join(" and ")} only`;
}

function acceleratedOf(config: PartialConfig, targets: readonly Format[]): readonly Format[] {
  return targets.filter((target) => leftOutReason(config, target) === undefined);
}

function acceleratorProblems(
  config: PartialConfig,
  targets: readonly Format[],
  where: Where,
): Problem[] {
  const possible = acceleratedOf(config, targets);
  if (possible.length === 0) {
    return [{
      where: where("backend_accelerator"),
      what: `${leftOutReason(config, targets[0]!)}, and the model is served as ${
        targets.join(" or ")
      }`,
      hint: "leave it out, or serve the model in another format with `--target-formats`",
    }];
  }
  // https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto: FP32 and FP16 only.
  const exact = config.backend_accelerator === "trt" && config.tensorrt_precision === "int8" &&
    possible.includes("tf-savedmodel");
  return exact
    ? [{
      where: where("tensorrt_precision"),
      what: "the TensorFlow backend runs the accelerator trt in fp32 or fp16, not in int8",
    }]
    : [];
}

function graphProblems(
  config: PartialConfig,
  targets: readonly Format[],
  where: Where,
): Problem[] {
  const possible = acceleratedOf(config, targets);
  const isOfUse = possible.length === 0 || possible.includes("trt");
  if (config.tensorrt_capture_cuda_graph !== true || isOfUse) return [];
  const missing = targets.includes("trt")
    ? "leave out `--backend-accelerator`"
    : "give `--target-formats trt`";
  return [{
    where: where("tensorrt_capture_cuda_graph"),
    what: `has an effect on TensorRT plans only, and the model is served as ${
      possible.join(" or ")
    }`,
    hint: `leave it out, or ${missing}`,
  }];
}
