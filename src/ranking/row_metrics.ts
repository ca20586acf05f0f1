/** The figures of a row, and those of the GPUs that belong to it. */

import { type Metric, METRIC_TAGS } from "../config/ranking_options.ts";
import type { Problem } from "../errors.ts";
import type { Measurement } from "./candidate.ts";
import { metricFacts } from "./metric.ts";
import { CONFIG, type Row, rowsOf, type Table } from "./table_file.ts";

export interface TableRequest {
  readonly model: string;
  /** What is ranked by; the other metrics may be missing, or be nonsense. */
  readonly asked: readonly Metric[];
}

export function readMetrics(
  row: Row,
  asked: readonly Metric[],
  problems: Problem[],
): Partial<Record<Metric, number>> {
  const metrics: Partial<Record<Metric, number>> = {};
  for (const metric of METRIC_TAGS) {
    const { header } = metricFacts(metric);
    const text = row.cell(header);
    if (text === undefined) continue;
    const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);
    if (isNumber && Number.isFinite(Number(text))) metrics[metric] = Number(text);
    else if (asked.includes(metric)) {
      const what = `\`${header}\` must be a number, not \`${text}\``;
      problems.push({ where: row.where, what, hint: "leave the row out" });
    }
  }
  return metrics;
}

/** Memory adds up over the GPUs of a measurement; load and power are averages. */
export function readGpus(
  tables: readonly Table[],
  { model, asked }: TableRequest,
  problems: Problem[],
): ReadonlyMap<string, Measurement["metrics"]> {
  const rows = tables.flatMap((table) => [...rowsOf(table, problems)])
    .filter((row) => (row.cell("Model") ?? model) === model);
  const groups = Map.groupBy(rows, keyOf);
  return new Map([...groups].map(([key, rows]) => {
    const gpus = rows.map((row) => readMetrics(row, asked, problems));
    const metrics = METRIC_TAGS.flatMap((metric) => {
      const { across } = metricFacts(metric);
      const values = gpus.flatMap((gpu) => gpu[metric] ?? []);
      if (across === undefined || values.length === 0) return [];
      const sum = values.reduce((a, b) => a + b);
      return [[metric, across === "sum" ? sum : sum / values.length]];
    });
    return [key, Object.fromEntries(metrics)];
  }));
}

/** What the rows of one measurement share in both tables. */
export function keyOf(row: Row): string {
  return JSON.stringify([CONFIG, "Batch", "Concurrency", "Request Rate"].map(row.cell));
}
