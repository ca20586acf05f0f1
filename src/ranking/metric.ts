/** The metrics: as Model Analyzer heads them, as the tester reports them, as a narrow table shows them. */

import type { Metric } from "../config/ranking_options.ts";
import type { Figures } from "../triton/figures.ts";

interface MetricFacts {
  /** The same since Model Analyzer 1.3: https://github.com/triton-inference-server/model_analyzer, record/types. */
  readonly header: string;
  readonly short: string;
  /** How it is told from a report, if it is; times in microseconds. */
  readonly figure?: (figures: Figures) => number;
  /** Of several GPUs; without it a metric has one value for all of them. */
  readonly across?: "sum" | "average";
}

const FACTS: Readonly<Record<Metric, MetricFacts>> = {
  perf_throughput: {
    header: "Throughput (infer/sec)",
    short: "infer/s",
    figure: (f) => f.throughput,
  },
  perf_latency_avg: { header: "Avg Latency (ms)", short: "avg ms", figure: (f) => f.avg },
  perf_latency_p90: { header: "p90 Latency (ms)", short: "p90 ms", figure: (f) => f.p90 },
  perf_latency_p95: { header: "p95 Latency (ms)", short: "p95 ms", figure: (f) => f.p95 },
  perf_latency_p99: { header: "p99 Latency (ms)", short: "p99 ms", figure: (f) => f.p99 },
  perf_client_send_recv: {
    header: "Client Send/Recv (ms)",
    short: "client ms",
    figure: (f) => f.clientSend + f.clientReceive,
  },
  perf_client_response_wait: {
    header: "Response Wait Time (ms)",
    short: "wait ms",
    figure: (f) => f.network + f.queue + f.computeInput + f.computeInfer + f.computeOutput,
  },
  perf_server_queue: {
    header: "Server Queue time (ms)",
    short: "queue ms",
    figure: (f) => f.queue,
  },
  perf_server_compute_input: {
    header: "Server Compute Input time (ms)",
    short: "input ms",
    figure: (f) => f.computeInput,
  },
  perf_server_compute_infer: {
    header: "Server Compute Infer time (ms)",
    short: "infer ms",
    figure: (f) => f.computeInfer,
  },
  perf_server_compute_output: {
    header: "Server Compute Output time (ms)",
    short: "output ms",
    figure: (f) => f.computeOutput,
  },
  gpu_used_memory: { header: "GPU Memory Usage (MB)", short: "GPU MB", across: "sum" },
  gpu_free_memory: { header: "GPU Memory Available (MB)", short: "free MB", across: "sum" },
  gpu_utilization: { header: "GPU Utilization (%)", short: "GPU %", across: "average" },
  gpu_power_usage: { header: "GPU Power Usage (W)", short: "GPU W", across: "average" },
  cpu_used_ram: { header: "RAM Usage (MB)", short: "RAM MB" },
  cpu_available_ram: { header: "RAM Available (MB)", short: "free RAM" },
};

export function metricFacts(metric: Metric): MetricFacts {
  return FACTS[metric];
}

/** In Model Analyzer's units: milliseconds instead of microseconds. */
export function metricOfReport(metric: Metric, figures: Figures): number | undefined {
  const value = FACTS[metric].figure?.(figures);
  return value === undefined || metric === "perf_throughput" ? value : value / 1000;
}
