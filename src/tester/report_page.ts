/** Report → what its page says, ready to be printed. */

import { threeDigits } from "../text/digits.ts";
import { printMarkup } from "../text/markup.ts";
import { figure } from "./plot.ts";
import { curveLegend, curvePicture, pointMeaning } from "./plot_curve.ts";
import { PARTS_LEGEND, partsPicture, PERCENTILE_LEGEND, percentilePicture } from "./plot_rows.ts";
import type { Failure, Measurement, Report } from "./report.ts";
import { printPoint, sorted } from "./result_table.ts";
import { failedRequests, judge, type Judgement } from "./judge.ts";

export interface ReportPage {
  readonly title: string;
  readonly verdict: "passed" | "failed" | "measured";
  readonly summary: readonly string[];
  readonly judgements: readonly Judgement[];
  /** Markup; none where nothing was measured. */
  readonly figures: readonly string[];
  readonly partsFigure: string;
  readonly points: readonly PointRow[];
  readonly parts: readonly (readonly string[])[];
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export interface PointRow {
  readonly batch: number;
  readonly concurrency: number;
  /** Empty where nothing was measured. */
  readonly cells: readonly string[];
  readonly note: string;
}

export function reportPage(report: Report): ReportPage {
  const { model, modelVersion, failures } = report;
  const judgements = judge(report);
  const missed = judgements.some(({ misses }) => misses.length > 0);
  const points = sorted(report);
  const measured = points.filter((point) => !("reason" in point)) as readonly Measurement[];
  return {
    title: `Load test of ${model}, version ${modelVersion}`,
    verdict: failures.length > 0 || missed
      ? "failed"
      : judgements.length > 0
      ? "passed"
      : "measured",
    summary: summary(report, judgements),
    judgements,
    figures: measured.length === 0 ? [] : resultFigures(measured),
    partsFigure: partsFigure(measured),
    points: points.map(pointRow),
    parts: measured.map(partsRow),
    facts: facts(report),
  };
}

function summary({ measurements, failures }: Report, judgements: readonly Judgement[]): string[] {
  const total = measurements.length + failures.length;
  const stable = measurements.filter((m) => m.stable);
  const unstable = measurements.length - stable.length;
  const fastest = stable.toSorted((a, b) => b.throughput - a.throughput)[0];
  const missed = judgements.filter(({ misses }) => misses.length > 0).length;
  return [
    failures.length > 0
      ? `${failures.length} of ${total} points could not be measured.`
      : `${total} ${total === 1 ? "point" : "points"} measured.`,
    ...(unstable > 0
      ? [`${unstable} of them never became stable: their figures, marked ~, are only a hint.`]
      : []),
    ...(judgements.length > 0
      ? [
        missed > 0
          ? `${missed} of ${judgements.length} thresholds missed.`
          : `All ${judgements.length} thresholds kept.`,
      ]
      : []),
    ...(fastest
      ? [
        `Most inferences per second, of the stable points: ${threeDigits(fastest.throughput)} at ` +
        `${printPoint(fastest)}, with a p99 latency of ${milliseconds(fastest.p99)} ms.`,
      ]
      : []),
  ];
}

function resultFigures(measurements: readonly Measurement[]): readonly string[] {
  return [
    figure({
      title: "Throughput against latency",
      picture: curvePicture(measurements),
      legend: curveLegend(measurements),
      note: `The numbers are each point's ${pointMeaning(measurements)}.${
        doubt(measurements, " Hollow marks: unstable.")
      }`,
    }),
    figure({
      title: "Latency percentiles by concurrency",
      picture: percentilePicture(measurements),
      legend: PERCENTILE_LEGEND,
      note: doubt(measurements, "Hollow marks: unstable."),
    }),
  ].map(printMarkup);
}

function partsFigure(measurements: readonly Measurement[]): string {
  return printMarkup(figure({
    title: "Average time of a request, by part",
    picture: partsPicture(measurements),
    legend: PARTS_LEGEND,
    note: `Queue and compute are Triton's own figures.${
      doubt(measurements, " Pale bars: unstable.")
    }`,
  }));
}

function doubt(measurements: readonly Measurement[], note: string): string {
  return measurements.every((m) => m.stable) ? "" : note;
}

function pointRow(point: Measurement | Failure): PointRow {
  const { batch, concurrency } = point;
  if ("reason" in point) {
    const errors = point.errors > 0 ? `${failedRequests(point.errors)}: ` : "";
    return { batch, concurrency, cells: [], note: `not measured: ${errors}${point.reason}` };
  }
  const { avg, p50, p90, p95, p99 } = point;
  return {
    batch,
    concurrency,
    cells: [
      `${point.stable ? "" : "~"}${threeDigits(point.throughput)}`,
      ...[avg, p50, p90, p95, p99].map(milliseconds),
      "0",
    ],
    note: point.stable ? "" : "unstable",
  };
}

function partsRow(m: Measurement): readonly string[] {
  const times = [
    m.clientSend,
    m.clientReceive,
    m.network,
    m.queue,
    m.computeInput,
    m.computeInfer,
    m.computeOutput,
  ];
  return [String(m.batch), String(m.concurrency), ...times.map(milliseconds)];
}

function milliseconds(microseconds: number): string {
  return threeDigits(microseconds / 1000);
}

function facts(report: Report): ReportPage["facts"] {
  const { served, server } = report;
  const inputs = report.inputs.map(({ name, dtype, dims }) =>
    `${name}: ${dtype} [${dims.join(", ")}]`
  );
  return [
    ["Model", `${report.model}, version ${report.modelVersion}`],
    ["Platform", served.platform],
    ["Largest batch", served.maxBatchSize === 0 ? "no batching" : String(served.maxBatchSize)],
    ["Dynamic batching", served.dynamicBatching ? "yes" : "no"],
    ["Instances", served.instances.join(", ")],
    ["Triton", `${server.version} at ${server.url}`],
    ["Protocol", report.protocol === "grpc" ? "gRPC" : "HTTP"],
    ["Inputs without the batch axis", inputs.join("; ")],
    ["Seed of the inputs", String(report.randomSeed)],
    ["Measurement window", `${report.measurementSeconds} s`],
    ["perf_analyzer", report.perfAnalyzer],
    ["helm-navigator", report.navigator],
    ["Done at", report.date],
  ];
}
