/** The tester as its pod runs it: real perf_analyzer in the real image against a real Triton. */

import { extractReport } from "../../src/tester/report_log.ts";
import { equal, match, ok } from "../support/assert.ts";
import { until } from "../support/until.ts";
import { type Outcome, part, PROGRAM, ROOT, runProgram } from "../support/program.ts";

const CONFIGURATION = `name: "magika"
backend: "onnxruntime"
max_batch_size: 8
dynamic_batching { }
input [{ name: "bytes" data_type: TYPE_INT32 dims: [2048] }]
output [{ name: "target_label" data_type: TYPE_FP32 dims: [214] }]
instance_group [{ kind: KIND_CPU count: 1 }]
`;

/** Keeps a copy of the samples before the real program reads them. */
const SPY = `#!/bin/sh
for word in "$@"; do
  [ "$before" != --input-data ] || cp "$word" /seen/input.json
  before=$word
done
PATH=\${PATH#*:} exec perf_analyzer "$@"
`;

interface Site {
  /** Of Triton's container. */
  readonly server: string;
  readonly folder: string;
  readonly network: string;
  readonly image: string;
}

async function docker(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram("docker", args);
  equal(code, 0, `docker ${args.join(" ")}: ${stderr}`);
  return stdout.trim();
}

/** The image that `create` and `docker build` make, unless there is one already. */
async function deployerImage(folder: string): Promise<string> {
  const given = Deno.env.get("NAVIGATOR_DEPLOYER_IMAGE");
  if (given) return given;
  const created = await runProgram(PROGRAM, [
    "create",
    "--no-lint",
    ...["--config-path", `${ROOT}examples/magika/navigator.yaml`],
    ...["--model-path", part("NAVIGATOR_EXAMPLE_MODEL")],
    ...["--framework-docker-image", part("NAVIGATOR_FRAMEWORK_IMAGE")],
    ...["--workspace-path", folder],
  ]);
  equal(created.code, 0, created.stderr);
  const tag = "navigator-test/evaluate:0.1.0";
  await docker("build", "--quiet", "--network", "host", "--tag", tag, created.stdout.trim());
  return tag;
}

async function withTriton(deed: (site: Site) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const name = `navigator-evaluate-${crypto.randomUUID().slice(0, 8)}`;
  try {
    const image = await deployerImage(folder);
    await Deno.mkdir(`${folder}/models/magika/1`, { recursive: true });
    await Deno.writeTextFile(`${folder}/models/magika/config.pbtxt`, CONFIGURATION);
    await Deno.copyFile(part("NAVIGATOR_EXAMPLE_MODEL"), `${folder}/models/magika/1/model.onnx`);
    await Deno.mkdir(`${folder}/spy`);
    await Deno.writeTextFile(`${folder}/spy/perf_analyzer`, SPY, { mode: 0o755 });
    await Deno.mkdir(`${folder}/seen`);
    // The tester runs as another user.
    for (const path of ["", "/spy", "/models"]) await Deno.chmod(folder + path, 0o755);
    await Deno.chmod(`${folder}/seen`, 0o777);
    await docker("network", "create", name);
    await docker(
      ...["run", "--detach", "--name", name, "--network", name, "--network-alias", "triton"],
      ...["--shm-size", "256m", "--volume", `${folder}/models:/models:ro`],
      part("NAVIGATOR_TRITON_IMAGE"),
      ...["tritonserver", "--model-repository=/models", "--disable-auto-complete-config"],
    );
    await deed({ server: name, folder, network: name, image });
  } finally {
    await runProgram("docker", ["rm", "--force", name]);
    await runProgram("docker", ["network", "rm", name]);
    await Deno.remove(folder, { recursive: true });
  }
}

/** As the tester's pod: another user, a root filesystem that nobody writes. */
async function evaluate(site: Site, config: Readonly<Record<string, unknown>>): Promise<Outcome> {
  const { folder, network, image } = site;
  const path = `${folder}/config.yaml`;
  await Deno.writeTextFile(path, JSON.stringify({ model_name: "magika", ...config }));
  return await runProgram("docker", [
    ...["run", "--rm", "--network", network, "--user", "1000:1000", "--read-only"],
    ...["--tmpfs", "/tmp", "--env", "SERVER_URL=http://triton:8000"],
    ...["--volume", `${path}:/etc/navigator/config.yaml:ro`],
    ...["--volume", `${folder}/spy:/spy:ro`, "--volume", `${folder}/seen:/seen`],
    image,
    ...["sh", "-c", 'PATH=/spy:$PATH exec "$0" "$@"', "/opt/navigator/tester.sh"],
    ...["--config-path", "/etc/navigator/config.yaml"],
  ]);
}

/** Until perf_analyzer's requests come. */
async function serverIsBusy({ server }: Site): Promise<void> {
  const url = "http://localhost:8000/v2/models/magika/stats";
  const ask = `import urllib.request; print(urllib.request.urlopen("${url}").read().decode())`;
  const count = async () => {
    const answer = await docker("exec", server, "python3", "-c", ask);
    return JSON.parse(answer).model_stats[0].execution_count as number;
  };
  const before = await count();
  await until(async () => await count() > before + 3);
}

const QUICK = { measurement_seconds: 0.3, ready_seconds: 60, value_ranges: { bytes: [0, 256] } };

Deno.test("the tester in its image measures a real server", (t) =>
  withTriton(async (site) => {
    const { folder } = site;
    await t.step("every point is measured, printed and found again", async () => {
      const points = { batch_sizes: [1, 8], concurrency: [1, 2] };
      const { code, stdout, stderr } = await evaluate(site, { ...QUICK, ...points });
      equal(code, 0, stderr);
      match(stderr, /^wait for model magika version 1 at http:\/\/triton:8000/m);
      match(stderr, /^measure 4\/4 batch 8 concurrency 2$/m);
      const report = extractReport(`${stderr}${stdout}`);
      ok(report, stdout);
      equal(report.failures, []);
      equal(
        report.measurements.map((m) => [m.batch, m.concurrency]),
        [[1, 1], [1, 2], [8, 1], [8, 2]],
      );
      for (const m of report.measurements) {
        ok(m.throughput > 0 && m.p50 > 0, JSON.stringify(m));
        ok(m.p50 <= m.p90 && m.p90 <= m.p95 && m.p95 <= m.p99, JSON.stringify(m));
        ok(m.computeInfer > 0 && m.computeInfer < m.avg, JSON.stringify(m));
        // Little's law, with room for what the clients do between two requests.
        const inFlight = m.throughput / m.batch * m.avg / 1e6;
        ok(inFlight > 0.5 * m.concurrency && inFlight < 1.5 * m.concurrency, JSON.stringify(m));
      }
      const table = stdout.split("\n\n")[0]!.split("\n");
      equal(table.slice(2, 6).map((line) => line.trim().split(/ +/).slice(0, 2).join(" ")), [
        "1 1",
        "1 2",
        "8 1",
        "8 2",
      ]);
      ok(table.every((line) => line.length <= 80), stdout);
    });

    await t.step("one seed sends the same bytes again, another one others", async () => {
      const onePoint = { ...QUICK, batch_sizes: [1], concurrency: [1] };
      const seen = await Deno.readTextFile(`${folder}/seen/input.json`);
      const sent: string[] = [];
      for (const random_seed of [0, 1]) {
        const { code, stderr } = await evaluate(site, { ...onePoint, random_seed });
        equal(code, 0, stderr);
        sent.push(await Deno.readTextFile(`${folder}/seen/input.json`));
      }
      equal(sent[0], seen);
      ok(sent[1] !== seen);
      const values = JSON.parse(seen).data.flatMap((
        sample: { bytes: { content: { b64: string } } },
      ) => [...new Int32Array(Uint8Array.fromBase64(sample.bytes.content.b64).buffer)]);
      equal([Math.min(...values), Math.max(...values), values.length], [0, 256, 8 * 2048]);
    });

    await t.step(
      "over gRPC, a threshold that is missed is said, and one that is kept",
      async () => {
        const { code, stdout, stderr } = await evaluate(site, {
          ...QUICK,
          batch_sizes: [1],
          concurrency: [2],
          protocol: "grpc",
          threshold: "p50:max=1us throughput:min=0.001 errors:max=0",
        });
        equal(code, 1, stdout);
        match(
          stderr,
          /error: 1 of 3 thresholds missed\n +missed p50:max=1us at batch 1 concurrency 2/,
        );
        match(stdout, /over gRPC.*^kept throughput:min=0.001\nkept errors:max=0\nmissed p50/ms);
        const [point] = extractReport(stdout)!.measurements;
        ok(point!.clientReceive >= 0 && point!.computeInfer > 0, JSON.stringify(point));
      },
    );

    await t.step("what does not fit the server is said, and nothing is measured", async () => {
      for (
        const [config, code, said] of [
          [{ batch_sizes: [9] }, 1, /batch_sizes asks for 9, .* max_batch_size is 8/],
          [{ max_shapes: { byte: [8, 1] } }, 2, /no input `byte`\nhint: did you mean `bytes`/],
          [{ model_version: 2, ready_seconds: 2 }, 1, /not ready after 2 s: .*versions of it: 1/],
        ] as const
      ) {
        const outcome = await evaluate(site, { ...QUICK, ...config });
        equal(outcome.code, code, outcome.stderr);
        match(outcome.stderr, said);
        equal(outcome.stdout, "");
      }
    });

    await t.step(
      "a server that dies in the middle ends the test, and no figure is made up",
      async () => {
        const points = { batch_sizes: [1], concurrency: [1, 2, 3], measurement_seconds: 5 };
        const [{ code, stdout, stderr }] = await Promise.all([
          evaluate(site, { ...QUICK, ...points }),
          serverIsBusy(site).then(() => docker("kill", site.server)),
        ]);
        equal(code, 1);
        match(stderr, /the model is gone, 2 points are left/);
        const { measurements, failures } = extractReport(stdout)!;
        equal([measurements.length, failures.map((f) => f.concurrency)], [0, [1, 2, 3]]);
      },
    );
  }));
