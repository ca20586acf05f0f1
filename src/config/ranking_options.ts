/** Which measured configurations get a chart: where the results are, and what makes one the best. */

import * as v from "valibot";
import { option } from "./option.ts";
import { integer, nonEmpty, number, text } from "./value.ts";

const group = "Ranking";

/**
 * The metrics of NVIDIA Model Analyzer by their tags, and which values of them are better:
 * https://github.com/triton-inference-server/model_analyzer/blob/main/docs/config.md
 */
export const METRICS = {
  perf_throughput: "high",
  perf_latency_avg: "low",
  perf_latency_p90: "low",
  perf_latency_p95: "low",
  perf_latency_p99: "low",
  perf_client_send_recv: "low",
  perf_client_response_wait: "low",
  perf_server_queue: "low",
  perf_server_compute_input: "low",
  perf_server_compute_infer: "low",
  perf_server_compute_output: "low",
  gpu_used_memory: "low",
  gpu_free_memory: "high",
  gpu_utilization: "high",
  gpu_power_usage: "low",
  cpu_used_ram: "low",
  cpu_available_ram: "high",
} as const;

export type Metric = keyof typeof METRICS;

export const METRIC_TAGS = Object.keys(METRICS) as readonly Metric[];

function ofMetrics<S extends v.GenericSchema>(value: S, what: string) {
  const entries = Object.fromEntries(METRIC_TAGS.map((tag) => [tag, v.optional(value)]));
  return v.pipe(
    v.strictObject(entries as Record<Metric, v.OptionalSchema<S, undefined>>, what),
    v.check((map) => Object.keys(map).length > 0, "must name at least one metric"),
  );
}

const A_WEIGHT = "a weight must be a number above 0";
const weight = v.pipe(v.number(A_WEIGHT), v.finite(A_WEIGHT), v.gtValue(0, A_WEIGHT));

/** How much each metric counts beside the others. */
export const objectives = ofMetrics(weight, "must map metrics to weights");
export type Objectives = Partial<Record<Metric, number>>;

const bound = number(0, "a bound must be a number of at least 0");
const bounds = v.pipe(
  v.strictObject(
    { min: v.optional(bound), max: v.optional(bound) },
    "must map `min` or `max` to a number",
  ),
  v.check(({ min, max }) => min !== undefined || max !== undefined, "needs `min` or `max`"),
);
export const constraints = ofMetrics(bounds, "must map metrics to `min` and `max`");
export type Bounds = v.InferOutput<typeof bounds>;
export type Constraints = Partial<Record<Metric, Bounds>>;

export const rankingOptions = {
  results: option("texts", v.optional(nonEmpty(text("must be a path"))), {
    description:
      "Measured configurations, for charts of the best: Model Analyzer's metrics-model-inference.csv and metrics-model-gpu.csv, or reports of `test` (report.json).",
    group,
    placeholder: "FILE",
  }),
  results_repository: option("text", v.optional(text("must be a path")), {
    description:
      "Model Analyzer's output model repository, whose config.pbtxt files say how the configurations of its tables batch and run.",
    group,
    placeholder: "DIR",
  }),
  top_n: option("integer", v.optional(integer(1, 1000), 3), {
    description: "How many of the measured configurations get a chart.",
    group,
    placeholder: "N",
  }),
  objective: option("weights", v.optional(objectives), {
    description:
      "Metrics that make a configuration good, and how much each counts: Model Analyzer's tags. Default: perf_throughput.",
    group,
    placeholder: "METRIC=WEIGHT",
    alias: "objectives",
  }),
  constraint: option("constraints", v.optional(constraints), {
    description:
      "What a configuration must keep to, such as perf_latency_p99:max=20, in the units of Model Analyzer: ms, MB, infer/s.",
    group,
    placeholder: "METRIC:BOUND=LIMIT",
    alias: "constraints",
  }),
};
