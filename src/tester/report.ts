/** The tester's report: written into the log as a table and as JSON, and cut out of it again. */

import * as v from "valibot";
import { printReport } from "./result_table.ts";

export { printReport };

const BEGIN = "-----BEGIN NAVIGATOR REPORT-----";
const END = "-----END NAVIGATOR REPORT-----";

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

const reportSchema = v.object({
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

/** The table for people, and below it the whole report for `extractReport`. */
export function printLogged(report: Report): string {
  return [printReport(report), "", BEGIN, JSON.stringify(report), END].join("\n");
}

/** The last whole report in a log, whatever stands before its lines, or undefined. */
export function extractReport(log: string): Report | undefined {
  const blocks = log.split(BEGIN).slice(1).filter((block) => block.includes(END)).reverse();
  for (const block of blocks) {
    const lines = block.slice(0, block.indexOf(END)).split(/\r?\n/);
    for (const line of lines) {
      const report = parseReport(line.slice(line.indexOf("{")));
      if (report) return report;
    }
  }
  return undefined;
}

function parseReport(text: string): Report | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), reportSchema), text);
  return result.success ? result.output : undefined;
}
