/**
 * The systems of NVIDIA's older images, where perf_analyzer's wheel does not start: the generated Dockerfile takes the
 * program of that release out of an SDK image, and it measures a real server.
 */

import { extractReport } from "../../src/tester/report_log.ts";
import { equal, match, ok } from "../support/assert.ts";
import { withImageSite } from "../support/image_site.ts";
import { part, runProgram } from "../support/program.ts";
import { evaluate, QUICK, withTriton } from "../support/tester_site.ts";

const SYSTEMS = [
  { ubuntu: "20.04", release: "22.07", version: "older than 2.41" },
  { ubuntu: "22.04", release: "24.10", version: "2.51.0" },
];

for (const { ubuntu, release, version } of SYSTEMS) {
  const image = (kind: string) => part(`NAVIGATOR_${kind}_${ubuntu.replace(".", "")}_IMAGE`);

  Deno.test(`Ubuntu ${ubuntu}: an image of the user's without a perf_analyzer: what to name`, () =>
    withImageSite({ tool: "docker" }, async ({ navigator }) => {
      const line = `create --no-lint --model-name m --model-path m.onnx --framework-docker-image`;
      equal((await navigator(`${line} ${image("FRAMEWORK")}`)).code, 0);
      const { code, stderr } = await navigator("build --builder docker -- --network host");
      equal(code, 1, stderr);
      match(stderr, /^ .*perf_analyzer does not start here/m);
      match(stderr, /^hint: .*--build-arg PERF_ANALYZER_IMAGE=nvcr\.io\/nvidia\/tritonserver/m);
    }));

  Deno.test(`Ubuntu ${ubuntu}: the perf_analyzer of ${release} measures a real server`, (t) =>
    withTriton({ framework: image("FRAMEWORK"), sdk: image("SDK") }, async (site) => {
      await t.step("it brings only what the image lacks", async () => {
        const args = ["run", "--rm", site.image, "ls", "/opt/navigator/perf_analyzer/lib"];
        const { stdout } = await runProgram("docker", args);
        match(stdout, /^libb64\.so\.0d\nlibcudart\.so\.1[12](\.0)?\n$/);
      });
      for (const protocol of ["http", "grpc"]) {
        await t.step(`over ${protocol}`, async () => {
          const point = { batch_sizes: [2], concurrency: [2], protocol };
          const { code, stdout, stderr } = await evaluate(site, { ...QUICK, ...point });
          equal(code, 0, stderr);
          const report = extractReport(`${stderr}${stdout}`)!;
          ok(JSON.stringify(report).includes(version), JSON.stringify(report));
          const [m] = report.measurements;
          ok(m!.throughput > 0 && m!.p50 > 0 && m!.p50 <= m!.p99, JSON.stringify(m));
          ok(m!.computeInfer > 0 && m!.computeInfer < m!.avg, JSON.stringify(m));
        });
      }
    }));
}
