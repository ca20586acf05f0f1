/** The tester as its pod runs it: real perf_analyzer in the real image against a real Triton. */

import { extractReport } from "../../src/tester/report_log.ts";
import { equal, match, ok } from "../support/assert.ts";
import { until } from "../support/until.ts";
import { part } from "../support/program.ts";
import { evaluate, QUICK, type TesterSite, withTriton } from "../support/tester_site.ts";
import { docker } from "../support/triton.ts";

/** Until perf_analyzer's requests come. */
async function serverIsBusy({ server }: TesterSite): Promise<void> {
  const url = "http://localhost:8000/v2/models/magika/stats";
  const ask = `import urllib.request; print(urllib.request.urlopen("${url}").read().decode())`;
  const count = async () => {
    const answer = await docker("exec", server, "python3", "-c", ask);
    return JSON.parse(answer).model_stats[0].execution_count as number;
  };
  const before = await count();
  await until(async () => await count() > before + 3);
}

Deno.test("the tester in its image measures a real server", (t) =>
  withTriton({ framework: part("NAVIGATOR_FRAMEWORK_IMAGE") }, async (site) => {
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
