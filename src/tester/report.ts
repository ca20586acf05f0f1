/** The tester's report: what was measured, of what, with what. */

import * as v from "valibot";

const microseconds = v.pipe(v.number(), v.finite());

const measurementSchema = v.object({
  batch: v.number(),
  concurrency: v.number(),
  /** False: the windows differed so much that the figures are a hint only. */
  stable: v.boolean(),
  /** Inferences per second. */
  throughput: v.pipe(v.number(), v.finite()),
  avg: microseconds,
  p50: microseconds,
  p90: microseconds,
  p95: microseconds,
  p99: microseconds,
  clientSend: microseconds,
  clientReceive: microseconds,
  network: microseconds,
  queue: microseconds,
  computeInput: microseconds,
  computeInfer: microseconds,
  computeOutput: microseconds,
});

/** A point without figures: they would not say what was asked, once a request has failed. */
const failureSchema = v.object({
  batch: v.number(),
  concurrency: v.number(),
  /** Requests that failed; 0 when perf_analyzer gave up for another reason. */
  errors: v.number(),
  reason: v.string(),
});

export const reportSchema = v.object({
  schema: v.literal(1),
  model: v.string(),
  modelVersion: v.number(),
  server: v.object({ version: v.string(), url: v.string() }),
  perfAnalyzer: v.string(),
  measurements: v.array(measurementSchema),
  failures: v.array(failureSchema),
});

export type Measurement = v.InferOutput<typeof measurementSchema>;
export type Failure = v.InferOutput<typeof failureSchema>;
export type Report = v.InferOutput<typeof reportSchema>;
