/** The table that perf_analyzer writes with `-f`. */

import { ToolError } from "../errors.ts";
import type { Figures } from "../triton/figures.ts";

/** https://github.com/triton-inference-server/perf_analyzer/blob/main/docs/measurements_metrics.md */
const COLUMNS: Readonly<Record<keyof Figures, string>> = {
  throughput: "Inferences/Second",
  avg: "Avg latency",
  p50: "p50 latency",
  p90: "p90 latency",
  p95: "p95 latency",
  p99: "p99 latency",
  clientSend: "Client Send",
  clientReceive: "Client Recv",
  network: "Network+Server Send/Recv",
  queue: "Server Queue",
  computeInput: "Server Compute Input",
  computeInfer: "Server Compute Infer",
  computeOutput: "Server Compute Output",
};

/** In the order of the report. */
export function figureKeys(): readonly (keyof Figures)[] {
  return Object.keys(COLUMNS) as (keyof Figures)[];
}

/** Reads the only row, in whatever order its columns stand. */
export function parseCsv(text: string): Figures {
  const [header = [], row = []] = text.trim().split(/\r?\n/).map((line) => line.split(","));
  const names = header.map((name) => name.trim());
  const figure = (column: string) => {
    const cell = row[names.indexOf(column)]?.trim() ?? "";
    const value = Number(cell);
    if (cell !== "" && Number.isFinite(value)) return value;
    throw new ToolError(`perf_analyzer's table has no number for \`${column}\``, {
      output: text.trim(),
      hint: "this version of perf_analyzer is not known: report it with the output above",
    });
  };
  const entries = Object.entries(COLUMNS).map(([key, column]) => [key, figure(column)]);
  return Object.fromEntries(entries);
}
