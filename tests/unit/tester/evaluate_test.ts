import { evaluate } from "../../../src/commands/evaluate.ts";
import { evaluateOptions } from "../../../src/commands/options.ts";
import { settingsFrom } from "../../support/settings.ts";
import { Interrupted, ToolError } from "../../../src/errors.ts";
import { extractReport } from "../../../src/tester/report_log.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import {
  fixture,
  REFUSED,
  type Run,
  type Said,
  type StubWorld,
  stubWorld,
  TOO_SHORT,
  UNSTABLE,
} from "./stub_world.ts";

const MODEL = "GET http://h:8000/v2/models/half/versions/1";
const server: Record<string, readonly Said[]> = {
  [`${MODEL}/ready`]: [[200, ""]],
  "GET http://h:8000/v2": [[200, fixture("server.json")]],
  [`${MODEL}/config`]: [[200, fixture("config.json")]],
  [MODEL]: [[200, fixture("model.json")]],
};
const VERSION: Run = { stderr: "Perf Analyzer Version 0.0.0 (commit 3a49a23)\n" };
const GOOD: Run = { csv: fixture("perf_analyzer-2.60.0.csv") };
const shapes = { max_shapes: { a: [16, 4], b: [16, 4] } };
const onePoint = { ...shapes, batch_sizes: [2], concurrency: [3] };

function run(world: StubWorld, values: Readonly<Record<string, unknown>> = onePoint) {
  const all = { model_name: "half", server_url: "http://h:8000/", ...values };
  const given = Object.entries(all).map(([key, value]) => [key, { value, where: key }] as const);
  const source = { values: new Map(given), problems: [] };
  const { settings, where } = settingsFrom(evaluateOptions, [source]);
  return evaluate({ settings, words: [], rest: [], where }, world);
}

const reportOf = (world: StubWorld) => extractReport(world.stdout.join("\n"))!;
const flag = (world: StubWorld, name: string) =>
  world.ran.slice(1).map(({ args }) => args[args.indexOf(name) + 1]);

Deno.test("it waits, measures each point, prints the table and leaves nothing behind", async () => {
  const world = stubWorld({ server, runs: [VERSION, GOOD, GOOD] });
  await run(world, { ...onePoint, batch_sizes: [1, 2] });
  world.done();
  equal(world.stderr, [
    "wait for model half version 1 at http://h:8000, up to 600 s",
    "ready after 0 s",
    "measure 1/2 batch 1 concurrency 3",
    "measure 1/2 batch 1 concurrency 3: 286 infer/s, p99 44.4 ms",
    "measure 2/2 batch 2 concurrency 3",
    "measure 2/2 batch 2 concurrency 3: 286 infer/s, p99 44.4 ms",
  ]);
  const report = reportOf(world);
  equal(report.perfAnalyzer, "0.0.0 (commit 3a49a23)");
  equal(report.server, { version: "2.51.0", url: "http://h:8000" });
  equal(report.measurements.map((m) => [m.batch, m.concurrency, m.stable, m.p99]), [
    [1, 3, true, 44428],
    [2, 3, true, 44428],
  ]);
  const [input] = flag(world, "--input-data");
  equal(await Deno.stat(input!.replace(/\/[^/]+$/, "")).catch(() => "gone"), "gone");
});

Deno.test("the same seed sends the same samples", async () => {
  const inputs = [];
  for (const random_seed of [5, 5, 6]) {
    const world = stubWorld({ server, runs: [VERSION, GOOD] });
    await run(world, { ...onePoint, random_seed });
    inputs.push(world.inputs[0]);
  }
  equal(inputs[0], inputs[1]);
  ok(inputs[0] !== inputs[2]);
});

Deno.test("an unstable point is repeated with longer windows and never called stable", async () => {
  for (
    const [runs, windows, stable] of [
      [[GOOD], ["5000"], true],
      [[UNSTABLE, GOOD], ["5000", "10000"], true],
      [[UNSTABLE, UNSTABLE, GOOD], ["5000", "10000", "20000"], false],
      [[TOO_SHORT, GOOD], ["5000", "20000"], true],
    ] as const
  ) {
    const world = stubWorld({ server, runs: [VERSION, ...runs] });
    await run(world);
    world.done();
    equal(flag(world, "--measurement-interval"), [...windows]);
    equal(flag(world, "--stability-percentage").at(-1), stable ? "10" : "999999");
    equal(reportOf(world).measurements.map((m) => m.stable), [stable]);
    equal(/unstable/.test(world.stdout.join()), !stable);
  }
});

Deno.test("a point that fails does not end the others, but the verb", async () => {
  const world = stubWorld({ server, runs: [VERSION, REFUSED, GOOD] });
  const error = await failure(() => run(world, { ...onePoint, batch_sizes: [1, 2] }));
  world.done();
  ok(error instanceof ToolError);
  equal(error.message, "1 of 2 measurements failed");
  match(error.details.output ?? "", /x must be above 5/);
  const report = reportOf(world);
  equal(report.failures.map((f) => [f.batch, f.errors]), [[1, 2]]);
  equal(report.measurements.map((m) => m.batch), [2]);
});

Deno.test("a point that hangs is ended, and once the model is gone no other is tried", async () => {
  const gone = {
    ...server,
    [`${MODEL}/ready`]: [[200, ""], new TypeError("x: y: Connection refused")] as const,
  };
  const world = stubWorld({ server: gone, runs: [VERSION, REFUSED] });
  const error = await failure(() => run(world, { ...onePoint, batch_sizes: [1, 2, 4] }));
  world.done();
  equal((error as ToolError).message, "3 of 3 measurements failed");
  equal(
    reportOf(world).failures.slice(1),
    [2, 4].map((batch) => ({
      batch,
      concurrency: 3,
      errors: 0,
      reason: "not tried, since the model is gone: Connection refused",
    })),
  );
});

Deno.test("a threshold that is missed fails the test, after the report", async () => {
  for (
    const [threshold, said] of [
      [{ "p99:max": "45ms", "throughput:min": 286, "errors:max": 0 }, undefined],
      [{ "p99:max": "0.04s" }, /^missed p99:max=0.04s at .* 3: 44.4 ms, 4.43 ms above$/],
      [
        { "avg:max": 20, "throughput:min": 300 },
        /^missed throughput.*: 286 .*, 13.9 .* below$/,
      ],
    ] as const
  ) {
    const world = stubWorld({ server, runs: [VERSION, GOOD] });
    const error = await run(world, { ...onePoint, threshold }).catch((error) => error);
    equal(reportOf(world).thresholds, threshold);
    equal(error === undefined, said === undefined);
    if (said === undefined) continue;
    match(error.message, /1 of \d thresholds missed/);
    match(error.details.output, said);
    match(world.stdout.join("\n"), /^missed /m);
  }
});

Deno.test("a threshold at an unstable point says so", async () => {
  const world = stubWorld({ server, runs: [VERSION, UNSTABLE, UNSTABLE, GOOD] });
  await failure(() => run(world, { ...onePoint, threshold: { "p50:max": "1ms" } }));
  match(
    world.stdout.join("\n"),
    /^missed p50:max=1ms .*: 10.5 ms \(unstable\), 9.46 ms above$/m,
  );
});

Deno.test("gRPC goes to the next port, and to no path", async () => {
  const world = stubWorld({ server, runs: [VERSION, GOOD] });
  await run(world, { ...onePoint, protocol: "grpc" });
  equal([flag(world, "-u"), flag(world, "-i")], [["h:8001"], ["grpc"]]);
  const values = { ...onePoint, protocol: "grpc", server_url: "http://h/triton" };
  match((await failure(() => run(stubWorld(), values))).message, /protocol: grpc has no path/);
});

Deno.test("a window is said every ten seconds", async () => {
  const world = stubWorld({ server, runs: [VERSION, { ...GOOD, stdout: UNSTABLE.stdout! }] });
  let now = 0;
  await run({ ...world, now: () => new Date(now += 20_000) });
  ok(world.stderr.includes("measure 1/1 batch 2 concurrency 3: window 1, 332.802 infer/s"));
});

Deno.test("a perf_analyzer that is missing or does not start shows before the wait", async () => {
  const broken = stubWorld({ runs: [{ stderr: "libb64.so.0d: cannot open shared object file" }] });
  const missing: StubWorld = {
    ...stubWorld(),
    exec: () => Promise.reject(new ToolError("`perf_analyzer` is not there")),
  };
  for (const [world, said] of [[broken, /does not start/], [missing, /is not there/]] as const) {
    const error = await failure(() => run(world));
    ok(error instanceof ToolError);
    match(error.message, said);
    match(error.details.hint ?? "", /helm navigator build/);
    equal(world.stderr, []);
  }
});

Deno.test("an interruption leaves nothing behind", async () => {
  const world = stubWorld({ server, runs: [VERSION] });
  let folder = "";
  const error = await failure(() =>
    run({
      ...world,
      files: {
        ...world.files,
        makeTemporary: async (prefix) => folder = await world.files.makeTemporary(prefix),
      },
      exec: (command, options) =>
        command.args.includes("--version")
          ? world.exec(command, options)
          : Promise.reject(new Interrupted()),
    })
  );
  ok(error instanceof Interrupted);
  equal(await Deno.stat(folder).catch(() => "gone"), "gone");
});
