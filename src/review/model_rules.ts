/** Rules about the model's options, as the deployer and the tester will read them in the pod. */

import type { Config } from "../config/schema.ts";
import { printTensor, withoutBatchAxis } from "../model/tensor.ts";
import { profileProblems } from "../plan/profile.ts";
import { type ChartView, eachContainer } from "./chart_view.ts";
import { devicesOf, isNone, productsOf } from "./devices.ts";
import type { Rule } from "./rule.ts";
import {
  bringsPlan,
  buildsPlan,
  isTester,
  type ModelOptions,
  modelOptions,
  type TritonPod,
  tritonPods,
} from "./triton_pod.ts";

export const MODEL_RULES: readonly Rule[] = [
  {
    id: "model-options",
    severity: "error",
    reason: "the container that reads it ends with exit code 2",
    fix: "correct the value of the same name in camelCase",
    *check(chart) {
      const found = new Map<string, ModelOptions>();
      for (const [container, pod] of eachContainer(chart)) {
        const model = modelOptions(chart, pod, container);
        if (model) found.set(model.object.metadata?.name ?? "", model);
      }
      for (const { object, path, problems } of found.values()) {
        for (const { where, what } of problems) {
          yield { object, path, what: where === undefined ? what : `${where} ${what}` };
        }
      }
    },
  },
  {
    id: "batch-axis",
    severity: "error",
    reason: "Triton forms batches along the first axis, which has to be -1 in every tensor",
    fix: "give whole shapes with -1 in front, or set batching to disabled",
    *check(chart) {
      for (const { model, config } of configured(chart)) {
        if (config.batching === "disabled") continue;
        const { inputs = [], outputs = [] } = config;
        for (const tensor of withoutBatchAxis({ inputs, outputs })) {
          const what = `\`${printTensor(tensor)}\` has no batch axis, but batching is ` +
            config.batching;
          yield { object: model.object, path: model.path, what };
        }
      }
    },
  },
  {
    id: "dynamic-shapes",
    severity: "error",
    reason: "a plan is built for a range of shapes, and the deployer cannot guess it",
    fix: "give deployer.maxShapes for every dynamic input, batch axis included",
    *check(chart) {
      for (const { model, config } of configured(chart)) {
        if (!buildsPlan(config)) continue;
        for (const { what } of profileProblems(config, config.inputs ?? [])) {
          yield { object: model.object, path: model.path, what };
        }
      }
    },
  },
  {
    id: "instance-device",
    severity: "error",
    reason: "Triton does not start an instance on a device that it does not have",
    fix: "ask for a GPU, or count instances for cpu only",
    *check(chart) {
      for (const { model, config, server } of configured(chart)) {
        const count = config.engine_count_per_device?.gpu ?? 0;
        if (count === 0 || !isNone(devicesOf(server))) continue;
        const what = `${count} instances on a GPU, but ${server.name} asks for none`;
        yield { object: model.object, path: model.path, what };
      }
    },
  },
  {
    id: "load-test-budget",
    severity: "warning",
    reason: "Kubernetes stops it before it has printed its table",
    fix: "set deadlineSeconds higher, or tester.readySeconds or tester.measurementSeconds lower",
    *check(chart) {
      for (const [container, pod] of eachContainer(chart)) {
        const { owner } = pod;
        const deadline = owner.spec?.activeDeadlineSeconds;
        if (!isTester(container) || typeof deadline !== "number") continue;
        const config = modelOptions(chart, pod, container)?.config;
        if (config === undefined) continue;
        const { ready_seconds: ready } = config;
        const measured = leastSeconds(config);
        if (ready + measured < deadline) continue;
        const what = `the load test may wait ${ready} s and measures for ${measured} s or more, ` +
          `but has ${deadline} s`;
        yield { object: owner, path: "spec.activeDeadlineSeconds", what };
      }
    },
  },
  {
    id: "plan-portability",
    severity: "warning",
    reason: "a TensorRT plan runs only on the kind of GPU that it was built on",
    fix: "name exactly the product that it was built on (`gpu.product`), or deploy the ONNX model",
    *check(chart) {
      for (const { pod, config } of configured(chart)) {
        if (!bringsPlan(config)) continue;
        const products = productsOf(pod.spec);
        if (products.length === 1) continue;
        const where = products.length === 0 ? "any GPU" : products.join(" or ");
        const what = `the ${config.model_format} model may land on ${where}`;
        yield { object: pod.owner, path: `${pod.path}spec.affinity`, what };
      }
    },
  },
];

/** perf_analyzer wants three windows that agree; what is left out is one point at least. */
function leastSeconds({ batch_sizes, concurrency, measurement_seconds }: Config): number {
  return (batch_sizes?.length ?? 1) * (concurrency?.length ?? 1) * 3 * measurement_seconds;
}

interface Configured extends TritonPod {
  readonly model: ModelOptions;
  readonly config: Config;
}

/** The pods whose options could be read. */
function* configured(chart: ChartView): Iterable<Configured> {
  for (const triton of tritonPods(chart)) {
    const { model } = triton;
    if (model?.config) yield { ...triton, model, config: model.config };
  }
}
