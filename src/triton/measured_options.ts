/** A model configuration that was measured → the options that make it again. */

import type { Config } from "../config/schema.ts";
import type { Accelerator } from "../config/triton_options.ts";
import type { Backend } from "../model/format.ts";
import {
  type Fields,
  message,
  messages,
  numberField,
  numbers,
  textField,
  textMap,
} from "./fields.ts";
import { accelerators, PARAMETERS, unsaidFields } from "./unsaid_fields.ts";

type Instances = NonNullable<Config["engine_count_per_device"]>;

/** A key that is not there is up to the user, one that is undefined is unset. */
export type MeasuredOptions = {
  -readonly [
    K in
      | "max_batch_size"
      | "batching"
      | "preferred_batch_sizes"
      | "max_queue_delay_us"
      | "engine_count_per_device"
      | "backend_accelerator"
      | "tensorrt_precision"
      | "tensorrt_capture_cuda_graph"
      | "tensorrt_max_workspace_size"
  ]?: Config[K] | undefined;
};

export interface MeasuredModel {
  readonly backend: Backend | undefined;
  readonly options: MeasuredOptions;
  /** Fields that no option of ours can say. */
  readonly unsaid: readonly string[];
}

/** No chart serves such a model as it was measured. */
export class NotServable extends Error {}

/**
 * @param onCpu where the instances of KIND_AUTO ran
 * @throws NotServable
 */
export function measuredModel(
  fields: Fields,
  { onCpu }: { readonly onCpu: boolean },
): MeasuredModel {
  const other = ["ensemble_scheduling", "sequence_batching"].find((name) => fields.has(name));
  if (other !== undefined) throw new NotServable(`it is a model with ${other}`);
  const optimization = message(fields, "optimization");
  const options: MeasuredOptions = {
    ...batching(fields),
    engine_count_per_device: instances(messages(fields, "instance_group"), onCpu),
    ...accelerator(message(optimization, "execution_accelerators")),
    tensorrt_capture_cuda_graph: message(optimization, "cuda")?.get("graphs")?.at(-1) === true,
  };
  return { backend: backendOf(fields), options, unsaid: unsaidFields(fields) };
}

/** Platforms are the older words: https://github.com/triton-inference-server/backend#backends */
const BACKENDS: Readonly<Record<string, Backend>> = {
  onnxruntime: "onnxruntime",
  onnxruntime_onnx: "onnxruntime",
  pytorch: "pytorch",
  pytorch_libtorch: "pytorch",
  tensorflow: "tensorflow",
  tensorflow_savedmodel: "tensorflow",
  tensorrt: "tensorrt",
  tensorrt_plan: "tensorrt",
};

function backendOf(fields: Fields): Backend | undefined {
  const said = textField(fields, "backend") ?? textField(fields, "platform");
  if (said === undefined) return undefined;
  if (Object.hasOwn(BACKENDS, said)) return BACKENDS[said];
  throw new NotServable(`it is served by ${said}`);
}

function batching(fields: Fields): MeasuredOptions {
  const unset = { preferred_batch_sizes: undefined, max_queue_delay_us: undefined };
  const largest = numberField(fields, "max_batch_size") ?? 0;
  if (largest <= 0) return { batching: "disabled", ...unset };
  const dynamic = message(fields, "dynamic_batching");
  if (dynamic === undefined) return { max_batch_size: largest, batching: "static", ...unset };
  const preferred = numbers(dynamic, "preferred_batch_size");
  // The largest is what Triton fills in itself.
  const isDefault = preferred.every((size) => size === largest);
  return {
    max_batch_size: largest,
    batching: "dynamic",
    preferred_batch_sizes: isDefault ? undefined : [...preferred],
    max_queue_delay_us: numberField(dynamic, "max_queue_delay_microseconds") || undefined,
  };
}

function instances(groups: readonly Fields[], onCpu: boolean): Instances | undefined {
  if (groups.length === 0) return undefined;
  const counts: { cpu?: number; gpu?: number } = {};
  for (const group of groups) {
    const kind = textField(group, "kind") ?? "KIND_AUTO";
    if (!["KIND_AUTO", "KIND_CPU", "KIND_GPU"].includes(kind)) {
      throw new NotServable(`it runs in instances of ${kind}`);
    }
    const key = kind === "KIND_CPU" || kind === "KIND_AUTO" && onCpu ? "cpu" : "gpu";
    if (counts[key] !== undefined && numbers(group, "gpus").length > 0) {
      throw new NotServable("its instances are not the same on each GPU");
    }
    counts[key] = (counts[key] ?? 0) + (numberField(group, "count") || 1);
  }
  return counts;
}

const ACCELERATORS: Readonly<Record<string, Accelerator>> = {
  tensorrt: "trt",
  auto_mixed_precision: "amp",
  openvino: "openvino",
};

function accelerator(said: Fields | undefined): MeasuredOptions {
  const all = accelerators(said);
  const names = all.map((one) => textField(one, "name") ?? "");
  const [name] = names;
  if (name === undefined) return { backend_accelerator: undefined, tensorrt_precision: undefined };
  if (names.length > 1 || !Object.hasOwn(ACCELERATORS, name)) {
    throw new NotServable(`it has the accelerator ${names.join(" and ")}`);
  }
  const parameters = textMap(all[0], "parameters");
  const [precision, bytes] = PARAMETERS.map((key) => parameters[key]);
  const precisions = ["int8", "fp16", "fp32"] as const;
  return {
    backend_accelerator: ACCELERATORS[name],
    tensorrt_precision: precisions.find((one) => one === precision?.toLowerCase()),
    ...(Number(bytes) > 0 ? { tensorrt_max_workspace_size: Number(bytes) } : {}),
  };
}
