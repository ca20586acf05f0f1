/** The tester's report: what was measured, of what, with what. */

import * as v from "valibot";
import { PROTOCOLS } from "../config/load_options.ts";
import { thresholds } from "../config/threshold.ts";

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

/** The served model as it was measured. */
const servedSchema = v.object({
  platform: v.string(),
  maxBatchSize: v.number(),
  dynamicBatching: v.boolean(),
  /** `1 × KIND_GPU` */
  instances: v.array(v.string()),
  /** All that Triton says of it; since schema 2. */
  configuration: v.optional(v.record(v.string(), v.unknown())),
});

/** What was sent; `dims` are without the batch axis. */
const inputSchema = v.object({
  name: v.string(),
  dtype: v.string(),
  dims: v.array(v.number()),
});

/** 2 says more than 1, and the same otherwise. */
export const REPORT_SCHEMA = 2;

export const reportSchema = v.object({
  schema: v.picklist([1, REPORT_SCHEMA]),
  /** When the last measurement was done. */
  date: v.pipe(v.string(), v.isoTimestamp()),
  navigator: v.string(),
  perfAnalyzer: v.string(),
  server: v.object({ version: v.string(), url: v.string() }),
  model: v.string(),
  modelVersion: v.number(),
  /** Of format and conversion, as the release's values have it: `trt-op13-fp16`. */
  variant: v.optional(v.string()),
  served: servedSchema,
  inputs: v.array(inputSchema),
  randomSeed: v.number(),
  protocol: v.picklist(PROTOCOLS),
  measurementSeconds: v.number(),
  thresholds,
  measurements: v.array(measurementSchema),
  failures: v.array(failureSchema),
});

export type Measurement = v.InferOutput<typeof measurementSchema>;
export type Failure = v.InferOutput<typeof failureSchema>;
export type Report = v.InferOutput<typeof reportSchema>;
