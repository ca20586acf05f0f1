/** The table of results, at most 80 columns wide, and what must be said beside the figures. */

import { cleanText } from "../text/clean.ts";
import { threeDigits } from "../text/digits.ts";
import { printTable } from "../text/table.ts";
import { wrapWords } from "../text/wrap.ts";
import type { Point } from "./measurement_plan.ts";
import type { Failure, Measurement, Report } from "./report.ts";
import { judge, printMisses } from "./judge.ts";

const WIDTH = 80;
const HEADER = [
  "batch",
  "conc",
  "infer/s",
  "p50",
  "p90",
  "p95",
  "p99",
  "client",
  "queue",
  "compute",
  "err",
];

export function printReport(report: Report): string {
  const { model, modelVersion, protocol, server } = report;
  const rows = sorted(report).map((row) => "reason" in row ? failed(row) : measured(row));
  const title = `${model} version ${modelVersion} on Triton ${server.version} over ` +
    `${protocol === "grpc" ? "gRPC" : "HTTP"}, times in ms:`;
  const notes = notesOf(report).map((note) => lines(note));
  return cleanText([lines(title), printTable(HEADER, rows), ...notes].join("\n"));
}

/** All points, measured or not, in the order of the table. */
export function sorted(
  { measurements, failures }: Pick<Report, "measurements" | "failures">,
): readonly (Measurement | Failure)[] {
  return [...measurements, ...failures].toSorted((a, b) =>
    a.batch - b.batch || a.concurrency - b.concurrency
  );
}

function notesOf(report: Report): readonly string[] {
  const unstable = report.measurements.filter((m) => !m.stable).map(printPoint);
  const judgements = judge(report);
  const kept = judgements.filter(({ misses }) => misses.length === 0);
  return [
    ...(unstable.length > 0
      ? [`~ unstable, so the figures are only a hint: ${unstable.join(", ")}`]
      : []),
    ...report.failures.map((f) => `failed: ${printPoint(f)}: ${f.reason}`),
    ...kept.map(({ threshold }) => `kept ${threshold}`),
    ...printMisses(judgements),
  ];
}

export function printPoint({ batch, concurrency }: Point): string {
  return `batch ${batch} concurrency ${concurrency}`;
}

function measured(m: Measurement): readonly string[] {
  const times = [m.p50, m.p90, m.p95, m.p99, clientTime(m), m.queue, computeTime(m)];
  return [
    String(m.batch),
    String(m.concurrency),
    `${m.stable ? "" : "~"}${threeDigits(m.throughput)}`,
    ...times.map((microseconds) => threeDigits(microseconds / 1000)),
    "0",
  ];
}

/** What passes outside of Triton's queue and backend: the client itself, the network, the protocol. */
function clientTime(m: Measurement): number {
  return m.clientSend + m.network + m.clientReceive;
}

function computeTime(m: Measurement): number {
  return m.computeInput + m.computeInfer + m.computeOutput;
}

function failed(f: Failure): readonly string[] {
  return [
    String(f.batch),
    String(f.concurrency),
    ...Array(8).fill("-"),
    f.errors === 0 ? "-" : String(f.errors),
  ];
}

function lines(text: string): string {
  return wrapWords(text.split(/\s+/), WIDTH - 2).join("\n  ");
}
