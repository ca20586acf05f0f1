/** What config.pbtxt says about a model, as a typed value, and as text. */

import type { Config } from "../config/schema.ts";
import { tritonType } from "../model/dtype.ts";
import { type Format, formatFacts } from "../model/format.ts";
import type { KnownSignature, TensorSpec } from "../model/tensor.ts";
import { type Optimization, optimizationMessage, planOptimization } from "./optimization.ts";
import { type PbMessage, printPbtxt, symbol } from "./pbtxt.ts";

/** Field names: https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto */
export interface ModelConfig {
  readonly name: string;
  /** TensorRT plans are told by their platform, all others by their backend. */
  readonly server: { readonly backend: string } | { readonly platform: string };
  /** 0: no batching. */
  readonly maxBatchSize: number;
  readonly inputs: readonly ConfigTensor[];
  readonly outputs: readonly ConfigTensor[];
  readonly dynamicBatching: DynamicBatching | undefined;
  readonly instanceGroups: readonly InstanceGroup[];
  readonly optimization: Optimization | undefined;
  readonly modelVersion: number;
  readonly filename: string;
}

export interface ConfigTensor {
  readonly name: string;
  readonly dataType: string;
  /** Without the batch axis when Triton batches. */
  readonly dims: readonly number[];
  /** Triton wants at least one dimension; the model gets this shape instead. */
  readonly reshape: readonly number[] | undefined;
}

export interface DynamicBatching {
  readonly preferredBatchSizes: readonly number[];
  readonly maxQueueDelayUs: number | undefined;
}

export interface InstanceGroup {
  readonly kind: "KIND_GPU" | "KIND_CPU";
  readonly count: number;
}

export interface ModelConfigRequest {
  readonly config: Config;
  readonly format: Format;
  readonly signature: KnownSignature;
}

export function planModelConfig({ config, format, signature }: ModelConfigRequest): ModelConfig {
  const { backend, filename } = formatFacts(format);
  const batched = config.batching !== "disabled";
  return {
    name: config.model_name,
    server: backend === "tensorrt" ? { platform: "tensorrt_plan" } : { backend },
    maxBatchSize: batched ? config.max_batch_size : 0,
    inputs: (signature.inputs ?? []).map((tensor) => configTensor(tensor, batched)),
    outputs: (signature.outputs ?? []).map((tensor) => configTensor(tensor, batched)),
    dynamicBatching: config.batching === "dynamic" ? dynamicBatching(config) : undefined,
    instanceGroups: instanceGroups(config.engine_count_per_device ?? {}),
    optimization: planOptimization(config, format),
    modelVersion: config.model_version,
    filename,
  };
}

function configTensor({ name, shape, dtype }: TensorSpec, batched: boolean): ConfigTensor {
  const dims = batched ? shape.slice(1) : shape;
  const single = dims.length === 0;
  return {
    name,
    dataType: tritonType(dtype),
    dims: single ? [1] : dims,
    // Without a batch Triton refuses to reshape to nothing, and the backend does it by itself.
    reshape: single && batched ? [] : undefined,
  };
}

/** Once a delay is set, the preferred size defaults to the largest. */
function dynamicBatching(config: Config): DynamicBatching {
  const delay = config.max_queue_delay_us;
  const preferred = config.preferred_batch_sizes;
  return {
    preferredBatchSizes: preferred ?? (delay === undefined ? [] : [config.max_batch_size]),
    maxQueueDelayUs: delay,
  };
}

function instanceGroups(counts: { cpu?: number | undefined; gpu?: number | undefined }) {
  const groups: InstanceGroup[] = [
    { kind: "KIND_GPU", count: counts.gpu ?? 0 },
    { kind: "KIND_CPU", count: counts.cpu ?? 0 },
  ];
  return groups.filter((group) => group.count > 0);
}

export function printModelConfig(model: ModelConfig): string {
  const { dynamicBatching: dynamic } = model;
  return printPbtxt([
    ["name", model.name],
    ...Object.entries(model.server),
    ["max_batch_size", model.maxBatchSize],
    ["input", { messages: model.inputs.map(tensorMessage) }],
    ["output", { messages: model.outputs.map(tensorMessage) }],
    ["version_policy", {
      message: [["specific", { message: [["versions", { list: [model.modelVersion] }]] }]],
    }],
    ["instance_group", {
      messages: model.instanceGroups.map(({ kind, count }): PbMessage => [
        ["count", count],
        ["kind", symbol(kind)],
      ]),
    }],
    ["optimization", model.optimization && { message: optimizationMessage(model.optimization) }],
    ["dynamic_batching", dynamic && { message: printDynamicBatching(dynamic) }],
    ["default_model_filename", model.filename],
  ]);
}

function tensorMessage(tensor: ConfigTensor): PbMessage {
  return [
    ["name", tensor.name],
    ["data_type", symbol(tensor.dataType)],
    ["dims", { list: tensor.dims }],
    ["reshape", tensor.reshape && { message: [["shape", { list: tensor.reshape }]] }],
  ];
}

function printDynamicBatching(dynamic: DynamicBatching): PbMessage {
  const { preferredBatchSizes: preferred, maxQueueDelayUs } = dynamic;
  return [
    ["preferred_batch_size", preferred.length > 0 ? { list: preferred } : undefined],
    ["max_queue_delay_microseconds", maxQueueDelayUs],
  ];
}
