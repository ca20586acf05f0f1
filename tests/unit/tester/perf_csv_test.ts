import { ToolError } from "../../../src/errors.ts";
import { parseCsv } from "../../../src/tester/perf_csv.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import { fixture } from "./stub_world.ts";

const figures = {
  throughput: 286.122,
  avg: 13929,
  p50: 10464,
  p90: 22231,
  p95: 28452,
  p99: 44428,
  clientSend: 208,
  clientReceive: 0,
  network: 351,
  queue: 43,
  computeInput: 36,
  computeInfer: 13028,
  computeOutput: 261,
};

Deno.test("the tables of both versions are read", () => {
  equal(parseCsv(fixture("perf_analyzer-2.60.0.csv")), figures);
  equal(parseCsv(fixture("perf_analyzer-2.41.0.csv")).p99, 131262);
});

Deno.test("columns may stand in any order, with others between", () => {
  const turned = fixture("perf_analyzer-2.60.0.csv").trim().split("\n")
    .map((line) => ["other", ...line.split(",").reverse()].join(",")).join("\r\n");
  equal(parseCsv(turned), figures);
});

Deno.test("a table that is cut or new is not guessed at", async () => {
  const whole = fixture("perf_analyzer-2.60.0.csv");
  for (const text of ["", whole.split("\n")[0]!, whole.replace("p99 latency", "p99")]) {
    const error = await failure(() => parseCsv(text));
    ok(error instanceof ToolError);
    match(error.message, /has no number for `/);
  }
});
