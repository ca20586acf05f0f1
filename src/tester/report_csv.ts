/** The report as a table for spreadsheets: a row for each point. */

import { cleanText } from "../text/clean.ts";
import { figureKeys } from "./perf_csv.ts";
import type { Report } from "./report.ts";
import { sorted } from "./result_table.ts";

/** A point that was not measured has empty cells, and a reason. */
export function printCsv(report: Report): string {
  const [throughput, ...times] = figureKeys();
  const header = [
    "batch",
    "concurrency",
    "stable",
    "errors",
    throughput!,
    ...times.map((key) => `${key}_us`),
    "reason",
  ];
  const rows = sorted(report).map((point) => {
    const { batch, concurrency } = point;
    if ("reason" in point) {
      const empty = [throughput, ...times].map(() => "");
      return [batch, concurrency, "", point.errors, ...empty, point.reason];
    }
    const figures = [throughput!, ...times].map((key) => point[key]);
    return [batch, concurrency, point.stable, 0, ...figures, ""];
  });
  return [header, ...rows].map((row) => `${row.map((c) => cell(String(c))).join(",")}\r\n`).join(
    "",
  );
}

/** https://www.rfc-editor.org/rfc/rfc4180; what a spreadsheet would take for a formula stays text. */
function cell(value: string): string {
  const text = cleanText(value).replace(/\s+/g, " ");
  const safe = /^[=+@-]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
