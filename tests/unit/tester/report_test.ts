import { extractReport, printLogged } from "../../../src/tester/report_log.ts";
import { printReport } from "../../../src/tester/result_table.ts";
import { equal, ok } from "../../support/assert.ts";
import { sampleMeasurement, sampleReport } from "../../support/report.ts";

const report = sampleReport({
  thresholds: { "p99:max": "150ms", "p50:max": 5, "errors:max": 2 },
  measurements: [
    sampleMeasurement(),
    sampleMeasurement({
      batch: 128,
      concurrency: 64,
      stable: false,
      throughput: 123456.7,
      p50: 340,
    }),
  ],
  failures: [{ batch: 2, concurrency: 1, errors: 3, reason: `out of ${"a b ".repeat(20)}memory` }],
});

Deno.test("the table fits a terminal and says what is unstable, what failed, what was missed", () => {
  const lines = printReport(report).split("\n");
  equal(lines, [
    "magika version 3 on Triton 2.51.0 over HTTP, times in ms:",
    "batch  conc  infer/s    p50   p90   p95  p99  client  queue  compute  err",
    "    1     1      286   10.5  22.2  28.5  144   0.559  0.043     13.3    0",
    "    2     1        -      -     -     -    -       -      -        -    3",
    "  128    64  ~123457  0.340  22.2  28.5  144   0.559  0.043     13.3    0",
    "~ unstable, so the figures are only a hint: batch 128 concurrency 64",
    "failed: batch 2 concurrency 1: out of a b a b a b a b a b a b a b a b a b a b",
    "  a b a b a b a b a b a b a b a b a b a b memory",
    "missed p99:max=150ms at batch 2 concurrency 1: not measured",
    "missed p50:max=5 at batch 1 concurrency 1: 10.5 ms, 5.46 ms above",
    "missed p50:max=5 at batch 2 concurrency 1: not measured",
    "missed errors:max=2 at batch 2 concurrency 1: 3 requests failed",
  ]);
  ok(lines.every((line) => line.length <= 80));
});

Deno.test("the largest figures fit, too", () => {
  const large = { batch: 99999, concurrency: 4096, throughput: 9999999, p50: 1e7, p99: 99999e3 };
  const table = printReport(sampleReport({ measurements: [sampleMeasurement(large)] }));
  ok(table.split("\n").every((line) => line.length <= 80), table);
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
      printed.replace('"schema":2', '"schema":3'),
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
