/** A tester's report as a real run makes it, with what a test wants to be otherwise. */

import type { Measurement, Report } from "../../src/tester/report.ts";

export function sampleMeasurement(more: Partial<Measurement> = {}): Measurement {
  return {
    batch: 1,
    concurrency: 1,
    stable: true,
    throughput: 286.122,
    avg: 13929,
    p50: 10464,
    p90: 22231,
    p95: 28452,
    p99: 144428,
    clientSend: 208,
    clientReceive: 0,
    network: 351,
    queue: 43,
    computeInput: 36,
    computeInfer: 13028,
    computeOutput: 261,
    ...more,
  };
}

export function sampleReport(more: Partial<Report> = {}): Report {
  return {
    schema: 2,
    date: "2026-01-02T03:04:05.678Z",
    navigator: "0.1.0",
    perfAnalyzer: "2.41.0 (commit fbb030e)",
    server: { version: "2.51.0", url: "http://magika-inference:8000" },
    model: "magika",
    modelVersion: 3,
    served: {
      platform: "onnxruntime_onnx",
      maxBatchSize: 128,
      dynamicBatching: true,
      instances: ["1 × KIND_GPU"],
      configuration: { max_batch_size: 128, dynamic_batching: {} },
    },
    inputs: [{ name: "bytes", dtype: "int32", dims: [2048] }],
    randomSeed: 7,
    protocol: "http",
    measurementSeconds: 5,
    thresholds: {},
    measurements: [sampleMeasurement()],
    failures: [],
    ...more,
  };
}
