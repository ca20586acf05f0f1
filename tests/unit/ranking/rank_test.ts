import type { Metric } from "../../../src/config/ranking_options.ts";
import { readTables } from "../../../src/ranking/analyzer_table.ts";
import type { Candidate } from "../../../src/ranking/candidate.ts";
import { type Goal, printFallen, rank } from "../../../src/ranking/rank.ts";
import { printRanking } from "../../../src/ranking/ranking_table.ts";
import { equal, ok } from "../../support/assert.ts";

const fixture = (name: string) =>
  Deno.readTextFileSync(new URL(`fixtures/${name}`, import.meta.url));

for (const version of ["1.17.0", "1.58.0"]) {
  Deno.test(`rank: as Model Analyzer ${version} itself does`, () => {
    const folder = `model_analyzer-${version}`;
    for (const { objectives, order } of JSON.parse(fixture(`${folder}/order.json`))) {
      const asked = [...Object.keys(objectives), "perf_latency_p99"] as Metric[];
      const files = ["metrics-model-inference.csv", "metrics-model-gpu.csv"];
      const { candidates, problems } = readTables(
        files.map((file) => ({ file, text: fixture(`${folder}/${file}`) })),
        { model: "resnet50", asked },
      );
      equal(problems, []);
      const constraints = { perf_latency_p99: { max: 20 } };
      // Without constraints of ours, theirs count: the table says who keeps to them.
      for (const goal of [{ objectives, constraints }, { objectives, constraints: {} }]) {
        const { ranked } = rank(candidates, goal);
        equal(ranked.map(({ candidate, best }) => [candidate.name, best.load]), order);
      }
      const fromOtherEnd = rank(candidates.toReversed(), { objectives, constraints });
      equal(
        fromOtherEnd.ranked.map(({ candidate }) => candidate.name),
        order.map(([a]: string[]) => a),
      );
    }
  });
}

const candidate = (name: string, ...metrics: Candidate["measurements"][number]["metrics"][]) => ({
  name,
  measurements: metrics.map((metrics, i) => ({
    where: `r.csv:${i}`,
    metrics,
    batch: "1",
    load: `${i}`,
    stable: true,
    satisfies: true,
  })),
  origin: { config: name, maxBatchSize: undefined, instances: undefined },
});

const fast: Goal = { objectives: { perf_throughput: 10 }, constraints: {} };

Deno.test("rank: the score is the weighted difference to the first one", () => {
  const all = [
    candidate("a", { perf_throughput: 100, perf_latency_p99: 10 }),
    candidate("b", { perf_throughput: 300, perf_latency_p99: 30 }),
  ];
  const goal: Goal = { objectives: { perf_throughput: 3, perf_latency_p99: 1 }, constraints: {} };
  const { ranked } = rank(all, goal);
  // (100 - 300) / 200 counts three quarters, (30 - 10) / 20 one.
  equal(ranked.map(({ candidate, score }) => [candidate.name, score]), [["b", 0], ["a", -0.5]]);
});

Deno.test("rank: unstable figures win nothing where there are stable ones; equals go by name", () => {
  const doubtful = candidate("a", { perf_throughput: 100 }, { perf_throughput: 900 });
  const measurements = doubtful.measurements.map((one, i) => ({ ...one, stable: i === 0 }));
  const { ranked } = rank(
    [candidate("c", { perf_throughput: 100 }), candidate("b", { perf_throughput: 100 }), {
      ...doubtful,
      measurements,
    }],
    fast,
  );
  equal(ranked.map(({ candidate, best }) => candidate.name + best.load), ["a0", "b0", "c0"]);
});

Deno.test("rank: who falls out, by how much, the nearest first; zeros divide nothing", () => {
  const goal: Goal = {
    objectives: { perf_throughput: 1, perf_server_queue: 1 },
    constraints: { perf_throughput: { min: 100 }, perf_latency_p99: { max: 20 } },
  };
  const zero = { perf_server_queue: 0 };
  const { ranked, fallen } = rank([
    candidate("bare", {}),
    candidate("far", { ...zero, perf_throughput: 10, perf_latency_p99: 40 }),
    candidate("good", { ...zero, perf_throughput: 110, perf_latency_p99: 20 }),
    candidate("near", { ...zero, perf_throughput: 90, perf_latency_p99: 9 }, {
      ...zero,
      perf_throughput: 200,
      perf_latency_p99: 21.0123456,
    }),
    candidate("dumb", { perf_throughput: 90, perf_latency_p99: 9 }),
  ], goal);
  equal(ranked.map(({ candidate, score }) => [candidate.name, score]), [["good", 0]]);
  equal(fallen.map((one) => `${one.candidate.name} ${printFallen(one)}`), [
    "near misses perf_latency_p99:max=20 with 21.0123 ms",
    "far misses perf_throughput:min=100 and misses perf_latency_p99:max=20 with 10 infer/s and 40 ms",
    "bare has no perf_throughput and has no perf_server_queue and has no perf_latency_p99",
    "dumb has no perf_server_queue",
  ]);
});

Deno.test("rank: the table fits a terminal, whatever the names and the number of metrics", () => {
  const metrics = {
    perf_throughput: 123456.7,
    perf_latency_p99: 12.34,
    gpu_used_memory: 12345,
    perf_latency_avg: 1.5,
    gpu_power_usage: 60,
  };
  const goal: Goal = {
    objectives: { perf_throughput: 10, perf_latency_p99: 5, gpu_power_usage: 1 },
    constraints: { gpu_used_memory: { max: 20000 }, perf_latency_avg: { max: 2 } },
  };
  const names = Array.from(
    { length: 30 },
    (_, i) => `dynamic-b16-d100-p4-8-gpu${i}-${"x".repeat(40)}-${i}`,
  );
  const all = names.map((name, i) => candidate(name, { ...metrics, perf_latency_p99: i + 1 }));
  const bad = [1, 2, 3].map((i) => candidate(`bad${i}`, { ...metrics, gpu_used_memory: 1e6 * i }));
  const text = printRanking(rank([...all, ...bad], goal), goal, 3);
  for (const line of text.split("\n")) ok(line.length <= 80, line);
  const lines = text.split("\n");
  equal(lines.slice(11), [
    "and 20 more behind them",
    "fell out: 3 of 33: each misses gpu_used_memory:max=20000; the nearest is bad1",
    "  with 1000000 MB",
  ]);
  equal(
    /^rank +configuration +score +infer\/s +p99 ms +GPU W +GPU MB +batch +load$/.test(lines[0]!),
    true,
  );
});
