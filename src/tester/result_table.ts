/** The table of results, at most 80 columns wide. */

import { cleanText } from "../text/clean.ts";
import { printTable } from "../text/table.ts";
import type { Failure, Measurement, Report } from "./report.ts";

const HEADER = [
  "batch",
  "conc",
  "infer/s",
  "p50",
  "p90",
  "p95",
  "p99",
  "queue",
  "compute",
  "note",
];

export function printReport(report: Report): string {
  const { model, modelVersion, server } = report;
  const rows = [
    ...report.measurements.map((m) => ({ point: m, cells: measured(m) })),
    ...report.failures.map((f) => ({ point: f, cells: failed(f) })),
  ];
  const sorted = rows.toSorted((a, b) =>
    a.point.batch - b.point.batch || a.point.concurrency - b.point.concurrency
  );
  return cleanText([
    `${model} version ${modelVersion} on Triton ${server.version}, times in ms:`,
    printTable(HEADER, sorted.map((row) => row.cells)),
  ].join("\n"));
}

function measured(m: Measurement): readonly string[] {
  const compute = m.computeInput + m.computeInfer + m.computeOutput;
  const times = [m.p50, m.p90, m.p95, m.p99, m.queue, compute];
  return [
    String(m.batch),
    String(m.concurrency),
    threeDigits(m.throughput),
    ...times.map((microseconds) => threeDigits(microseconds / 1000)),
    m.stable ? "" : "unstable",
  ];
}

function failed(f: Failure): readonly string[] {
  return [String(f.batch), String(f.concurrency), ...Array(7).fill("-"), "failed"];
}

/** 0.341, 3.41, 34.1, 341, 3410: what a measurement can tell apart. */
function threeDigits(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toFixed(decimals);
}
