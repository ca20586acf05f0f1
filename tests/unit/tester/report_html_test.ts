import { realTemplates } from "../../../src/io/templates.ts";
import { printHtml } from "../../../src/tester/report_html.ts";
import type { Report } from "../../../src/tester/report.ts";
import { equal, ok } from "../../support/assert.ts";
import { sampleMeasurement, sampleReport } from "../../support/report.ts";

const templates = realTemplates(new URL("../../../", import.meta.url)).read("report");
const html = (more: Partial<Report> = {}) => printHtml(sampleReport(more), templates);
const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;
/** What stands in the table of points, row by row. */
const points = (page: string) =>
  [...page.split('id="points"')[1]!.split("</table>")[0]!.matchAll(
    /<tr>(<th scope="row".*)<\/tr>/g,
  )]
    .map(([, row]) =>
      [...row!.matchAll(/<t[hd][^>]*>([^<]*)/g)].map(([, cell]) => cell!).join(" ").trim()
    );

const MANY = [1, 8].flatMap((batch) =>
  [1, 2, 4].map((concurrency) =>
    sampleMeasurement({ batch, concurrency, stable: concurrency < 4, throughput: batch * 100 })
  )
);
const FAILED = { batch: 8, concurrency: 8, errors: 2, reason: "out of memory" };

Deno.test("the page says what was measured, of what, and with what", () => {
  const page = html({ measurements: MANY });
  for (
    const text of [
      "Load test of magika, version 3",
      "6 points measured.",
      "2 of them never became stable",
      "Hollow marks: unstable.",
      "800 at batch 8 concurrency 1, with a p99 latency of 144 ms",
      "onnxruntime_onnx",
      "1 × KIND_GPU",
      "2.51.0 at http://magika-inference:8000",
      "bytes: int32 [2048]",
      "2.41.0 (commit fbb030e)",
      "2026-01-02T03:04:05.678Z",
    ]
  ) ok(page.includes(text), text);
  equal(points(page)[5], "8 4 ~800 13.9 10.5 22.2 28.5 144 0 unstable");
  // Each point once in the curve and four times among the percentiles, each with its tooltip.
  equal(count(page, /class="mark s\d( hollow)?"[^>]*><title>/g), 6 * 5);
  equal(count(page, /class="mark s\d hollow"/g), 2 * 5);
  equal(count(page, /class="bar s\d( hollow)?"[^>]*><title>/g), 6 * 6);
});

Deno.test("the page shows no figure of what was not measured", () => {
  const one = html({ failures: [FAILED] });
  equal(/unstable/.test(one.split("</style>")[1]!), false);
  equal(points(one), [
    "1 1 286 13.9 10.5 22.2 28.5 144 0",
    "8 8 not measured: 2 requests failed: out of memory",
  ]);
  equal(count(one, /class="bar/g), 6 * 2);
  const none = html({ measurements: [], failures: [FAILED] });
  equal(points(none), ["8 8 not measured: 2 requests failed: out of memory"]);
  ok(none.includes("1 of 1 points could not be measured"));
  equal(count(none, /<svg|<figure|infer\/s, /g), 0);
});

Deno.test("the verdict is that of the thresholds and of the failures", () => {
  const verdict = (more: Partial<Report>) => /class="verdict (\w+)"/.exec(html(more))![1];
  equal(verdict({}), "measured");
  equal(verdict({ thresholds: { "p99:max": "150ms" } }), "passed");
  equal(
    verdict({ thresholds: { "p99:max": "150ms", "errors:max": 0 }, failures: [FAILED] }),
    "failed",
  );
  equal(verdict({ failures: [FAILED] }), "failed");
  const page = html({ thresholds: { "p99:max": "100ms", "p50:max": 20 } });
  ok(page.includes("batch 1 concurrency 1: 144 ms, 44.4 ms above"));
  ok(page.includes("1 of 2 thresholds missed."));
});

Deno.test("texts of others stay texts, and the page asks for nothing", () => {
  const evil = `"'><script>alert(1)</script><img src=//evil>&amp;\u202e\u0007`;
  const page = html({
    model: evil,
    navigator: evil,
    perfAnalyzer: evil,
    server: { version: evil, url: evil },
    served: { platform: evil, maxBatchSize: 0, dynamicBatching: false, instances: [evil] },
    inputs: [{ name: evil, dtype: evil, dims: [] }],
    failures: [{ ...FAILED, reason: evil }],
  });
  equal(
    count(page, /<script|<img|<link|<iframe|<[^>]* (href|src|style)=|url\(|@import|\u202e|\u0007/g),
    0,
  );
  equal(count(page, /&lt;script&gt;alert\(1\)/g), 12);
  // Every element that is opened is closed again, in order.
  const open: string[] = [];
  for (const [, slash, name] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (name === "meta") continue;
    if (slash) equal(open.pop(), name);
    else open.push(name!);
  }
  equal(open, []);
});

Deno.test("odd figures make a whole picture, too", () => {
  for (
    const measurements of [
      [sampleMeasurement({ throughput: 0, p50: 0, p90: 0, p95: 0, p99: 0 })],
      [sampleMeasurement({ throughput: 1e9, p99: 1e12 })],
      [1, 2, 4, 8, 16, 32, 64, 128].map((batch) => sampleMeasurement({ batch })),
      [sampleMeasurement({ throughput: 0.001, p50: 1, p90: 1, p95: 1, p99: 1 })],
    ]
  ) {
    const page = html({ measurements });
    equal(count(page, /NaN|Infinity|undefined/g), 0);
    ok(count(page, /class="mark s\d"[^>]*><title>/g) === 5 * measurements.length);
  }
});
