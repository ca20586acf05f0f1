/**
 * The best of three: variants of one model are measured in the cluster, ranked by two objectives, and
 * the winner's chart is installed and measured again.
 */

import { equal, match, ok } from "../support/assert.ts";
import { part } from "../support/program.ts";
import { sequence } from "../support/sequence.ts";
import { kubectl, navigator, REGISTRY, type Site, succeeds, withSite } from "../support/site.ts";
import type { Report } from "../../src/tester/report.ts";

const DYNAMIC = "--batching dynamic --max-batch-size 8";
const load = (batch: number, concurrency: number) =>
  `--set tester.batchSizes={${batch}} --set tester.concurrency={${concurrency}} ` +
  "--set tester.measurementSeconds=3 --set resources.requests.cpu=50m";

/**
 * How long requests wait for others, and not how busy the machine is, parts them: many large batches
 * take long together, a single request waits a tenth of a second, or more than half a second.
 */
const VARIANTS = {
  bulk: { options: "--batching static --max-batch-size 16", load: load(16, 8), instances: 2 },
  prompt: {
    options: `${DYNAMIC} --preferred-batch-sizes 4 8 --max-queue-delay-us 100000`,
    load: load(1, 1),
    instances: 1,
  },
  idle: {
    options: `${DYNAMIC} --preferred-batch-sizes 4 --max-queue-delay-us 600000`,
    load: load(1, 1),
    instances: 2,
  },
};
type Name = keyof typeof VARIANTS;
const NAMES = Object.keys(VARIANTS) as Name[];

/** What the ranking calls them. */
const CONFIGURATIONS: Readonly<Record<Name, string>> = {
  bulk: "onnx-static-b16-cpu2",
  prompt: "onnx-dynamic-b8-d100000-p4-8-cpu1",
  idle: "onnx-dynamic-b8-d600000-p4-cpu2",
};

const IMAGE = `${REGISTRY}/made-by-tests/ranking:0.1.0`;
/** The test node has two cores: what the charts ask for by default is for real ones. */
const SMALL = "--set deployer.resources.requests.cpu=50m --set server.resources.requests.cpu=50m";
const IMAGES = `--container-version 24.10
  --framework-docker-image ${part("NAVIGATOR_FRAMEWORK_IMAGE")}
  --triton-docker-image ${part("NAVIGATOR_TRITON_IMAGE")}`;
const create = (more: string) =>
  `create --model-name magika --value-ranges bytes=0,256 --model-path ${
    part("NAVIGATOR_EXAMPLE_MODEL")
  } ${IMAGES} ${more}`;
const install = (site: Site, more: string) =>
  `install ${more} --image ${IMAGE} --model-uri ${site.url}/model.onnx --gpu-limit 0 --wait -- ${SMALL}`;

async function report(site: Site, name: string): Promise<Report> {
  return JSON.parse(await Deno.readTextFile(`${site.folder}/${name}/report.json`));
}

const throughput = ({ measurements }: Report) =>
  Math.max(...measurements.map((point) => point.throughput));
const latency = ({ measurements }: Report) => Math.min(...measurements.map(({ avg }) => avg));

Deno.test("three variants measured, ranked by two objectives, the winner measured again", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "ranking", async (site) => {
    const step = sequence(t);
    const run = (line: string) => succeeds(navigator(site, line));
    const best = async (objective: string) => {
      const files = NAMES.map((name) => `${name}/report.json`).join(" ");
      const more = `--workspace-path ranked --results ${files} --objective ${objective}=1`;
      const { stderr } = await run(create(more));
      for (const line of stderr.split("\n").filter((line) => /^ *(\d|rank)/.test(line))) {
        ok(line.length <= 80, line);
      }
      const index = JSON.parse(
        await Deno.readTextFile(`${site.folder}/ranked/charts/ranking.json`),
      );
      equal(index.charts.length, 3);
      return index.charts[0];
    };

    for (const name of NAMES) {
      const { options, load, instances } = VARIANTS[name];
      await step(`create, install and test ${name}`, async () => {
        await run(create(
          `--chart-name ${name} --workspace-path made ${options} --engine-count-per-device cpu=${instances}`,
        ));
        const chart = `made/charts/${name}`;
        if (name === NAMES[0]) {
          await run(`build ${chart} -- --network host`);
          await run(`push ${chart} --image ${IMAGE}`);
        }
        await run(install(site, chart));
        await run(`test ${chart} --report ${name} -- ${load}`);
        await run(`uninstall ${chart}`);
      });
    }
    await step("the reports say what Triton served", async () => {
      for (const name of NAMES) {
        const { schema, variant, served } = await report(site, name);
        equal([schema, variant], [2, "onnx"]);
        const { instance_group } = served.configuration as {
          instance_group: { count: number; kind: string }[];
        };
        equal(instance_group.map(({ count, kind }) => `${count} ${kind}`), [
          `${VARIANTS[name].instances} KIND_CPU`,
        ]);
      }
    });
    const found: Name[] = [];
    await step("the objectives have different winners", async () => {
      const reports = await Promise.all(NAMES.map((name) => report(site, name)));
      const most = NAMES[reports.map(throughput).reduce((a, x, i, all) => x > all[a]! ? i : a, 0)]!;
      const soonest = NAMES[reports.map(latency).reduce((a, x, i, all) => x < all[a]! ? i : a, 0)]!;
      ok(most !== soonest, JSON.stringify(reports.map((r) => [throughput(r), latency(r)])));
      const many = await best("perf_throughput");
      equal(many.configuration, CONFIGURATIONS[most]);
      const fast = await best("perf_latency_avg");
      equal(fast.configuration, CONFIGURATIONS[soonest]);
      equal(fast.chart, `magika-${CONFIGURATIONS[soonest]}`);
      found.push(soonest);
    });
    await step("the winner's chart serves the same again, as fast but for noise", async () => {
      const winner = found[0]!;
      const { stdout } = await run(install(site, "--rank 1 ranked/charts"));
      equal(stdout, `magika-${CONFIGURATIONS[winner]}-inference\n`);
      match((await run("status --rank 1 ranked/charts")).stdout, /1\/1 serving/);
      const { load } = VARIANTS[winner];
      await run(`test --rank 1 ranked/charts --report again -- ${load}`);
      const [before, after] = [await report(site, winner), await report(site, "again")];
      equal(after.served.configuration, before.served.configuration);
      equal(after.variant, before.variant);
      // Requests wait a tenth of a second for others: a delay that got lost would show.
      const ratio = latency(after) / latency(before);
      ok(ratio > 1 / 3 && ratio < 3, `${latency(before)} µs, then ${latency(after)} µs`);
      await run("uninstall --rank 1 ranked/charts");
      await kubectl(`--namespace ${site.namespace} wait --for=delete pods --all --timeout=60s`);
    });
  }));
