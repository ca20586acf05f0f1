import type { Report } from "../../../src/tester/report.ts";
import { extractReport, printLogged } from "../../../src/tester/report_log.ts";
import { printReport } from "../../../src/tester/result_table.ts";
import { equal, ok } from "../../support/assert.ts";

const figures = {
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
};
const report: Report = {
  schema: 1,
  model: "magika",
  modelVersion: 3,
  server: { version: "2.51.0", url: "http://magika-inference:8000" },
  perfAnalyzer: "2.41.0 (commit fbb030e)",
  measurements: [
    { batch: 1, concurrency: 1, stable: true, ...figures },
    { batch: 128, concurrency: 64, stable: false, ...figures, throughput: 123456.7, p50: 340 },
  ],
  failures: [{ batch: 2, concurrency: 1, errors: 3, reason: "out of memory" }],
};

Deno.test("the table fits a terminal and says what is unstable and what failed", () => {
  const [title, ...table] = printReport(report).split("\n");
  equal(title, "magika version 3 on Triton 2.51.0, times in ms:");
  equal(table, [
    "batch  conc  infer/s    p50   p90   p95  p99  queue  compute  note",
    "    1     1      286   10.5  22.2  28.5  144  0.043     13.3",
    "    2     1        -      -     -     -    -      -        -  failed",
    "  128    64   123457  0.340  22.2  28.5  144  0.043     13.3  unstable",
  ]);
  ok(table.every((line) => line.length <= 80));
});

Deno.test("a report is found in a log again", () => {
  const printed = printLogged(report);
  for (
    const log of [
      printed,
      `wait for the model\n${printed}\nbye`,
      printed.replaceAll("\n", "\r\n"),
      printed.replace(/^/gm, "2026-01-01T00:00:00.123456789Z "),
      printed.replace("REPORT-----\n", "REPORT-----\na line of stderr {in between}\n"),
      `-----BEGIN NAVIGATOR REPORT-----\n{"schema":1,"mod\n${printed}`,
      `${printed}\n-----BEGIN NAVIGATOR REPORT-----\n{"schema":1`,
      `${printLogged({ ...report, model: "older" })}\n${printed}`,
    ]
  ) equal(extractReport(log), report);
});

Deno.test("a log without a whole report has none", () => {
  const printed = printLogged(report);
  for (
    const log of [
      "",
      "no report",
      printed.slice(0, -10),
      printed.slice(0, printed.indexOf("measurements")),
      printed.slice(printed.indexOf("measurements")),
      printed.replace('"schema":1', '"schema":2'),
      printed.replace('"p99":144428', '"p99":"\\u001b[31m"'),
      "-----BEGIN NAVIGATOR REPORT-----\n-----END NAVIGATOR REPORT-----",
    ]
  ) equal(extractReport(log), undefined);
});

Deno.test("a log cut anywhere gives the report or none", () => {
  const printed = printLogged(report);
  for (let at = 0; at < printed.length; at++) {
    equal(extractReport(printed.slice(0, at)), undefined);
  }
});
