/**
 * One real model from file to served and measured, as a user would do it: real Helm, docker,
 * registry, Kubernetes, Triton and perf_analyzer, in a namespace that enforces `restricted`.
 */

import { equal, match, ok } from "../support/assert.ts";
import { part, ROOT, runProgram } from "../support/program.ts";
import { sequence } from "../support/sequence.ts";
import {
  buildAndPush as buildAndPushTo,
  claimModelVolume,
  createChart,
  EXAMPLE,
  inferOverService,
  inTree,
  kubectl,
  navigator,
  objects,
  REGISTRY,
  serviceUrl,
  type Site,
  SMALL,
  startProgram,
  succeeds,
  withSite,
} from "../support/site.ts";
import { until } from "../support/until.ts";

const QUICK = "--set tester.batchSizes={1,4} --set tester.concurrency={2} " +
  "--set tester.measurementSeconds=1 --set resources.requests.cpu=50m";
const ONE_POINT = QUICK.replace("{1,4}", "{1}").replace("Seconds=1", "Seconds=0.3");

const create = (site: Site) => createChart(site, EXAMPLE());
const buildAndPush = (site: Site) => buildAndPushTo(site, `${REGISTRY}/made-by-tests/magika:0.1.0`);

/** Kubernetes takes a Job's pods away a moment after the Job. */
async function hasNone(site: Site, part: string): Promise<boolean> {
  return (await objects(site)).every((name) => !name.includes(part));
}

/** What the kubelet has noted: the devices that it gave to each container of a pod. */
async function devicesOf(pod: string): Promise<Record<string, string>> {
  const node = part("KUBECONFIG").replace(/[^/]*$/, "kubelet/device-plugins");
  const noted = await Deno.readTextFile(`${node}/kubelet_internal_checkpoint`);
  const { PodDeviceEntries: entries } = JSON.parse(noted).Data as {
    PodDeviceEntries: { PodUID: string; ContainerName: string; DeviceIDs: object }[];
  };
  return Object.fromEntries(
    entries.filter(({ PodUID }) => PodUID === pod)
      .map(({ ContainerName, DeviceIDs }) => [ContainerName, Object.values(DeviceIDs).join()]),
  );
}

Deno.test("the node has the GPUs that the tests ask for", async () => {
  await succeeds(runProgram(`${ROOT}scripts/cluster`, ["gpus"]));
});

Deno.test("from file to served and measured, in Helm 4", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "helm4", async (site) => {
    const step = sequence(t);
    const inNamespace = (line: string) => kubectl(`--namespace ${site.namespace} ${line}`);

    await step("create", async () => {
      equal((await create(site)).stdout, `${site.folder}/navigator_workspace/charts/magika\n`);
    });
    await step("build and push", () => buildAndPush(site));
    await step("a second build comes from the cache", async () => {
      const { stderr } = await succeeds(navigator(site, "build -- --network host"));
      match(stderr, /Using cache|CACHED/);
    });

    await step("a model that is not there: the reason is said, at once", async () => {
      const line = `install --model-uri ${site.url}/nothing.onnx --wait --gpu-limit 0
        --skip-preflight -- ${SMALL}`;
      const { code, stderr } = await navigator(site, line);
      equal(code, 1, stderr);
      match(
        stderr,
        /error: magika-inference cannot start: the deployer ended with exit code 1: cannot fetch .*404/,
      );
      match((await succeeds(navigator(site, "status"))).stdout, /deploying.*404/s);
    });
    await step("a GPU that no node has: status says so, Ctrl-C tells of the release", async () => {
      const line = "install --wait --skip-preflight --mig none --gpu-limit 1 --gpu-product NoSuch";
      const child = startProgram(site, line);
      const says = async () => (await navigator(site, "status")).stdout;
      await until(async () =>
        /does not fulfil `nvidia.com\/gpu.product is NoSuch`/.test(await says())
      );
      match(await says(), /hint: the cluster has: .*--mig mixed --gpu-product A100-SXM4-40GB/);
      child.kill("SIGINT");
      const { code, stderr } = await child.output();
      equal(code, 130);
      match(new TextDecoder().decode(stderr), /release magika-inference may be there already/);
    });

    await step("install on a MIG partition, mended, from a signed URL", async () => {
      const { stdout, stderr } = await succeeds(navigator(
        site,
        `install --model-uri ${site.url}/model.onnx?signature=GEHEIM --wait
          --mig mixed --mig-profile 1g.5gb --gpu-product A100-SXM4-40GB -- ${SMALL}`,
      ));
      equal(`${stdout}${stderr}`.includes("GEHEIM"), false);
      const limits = "jsonpath={.items[*].spec.containers[0].resources.limits}";
      match(await inNamespace(`get pods -o ${limits}`), /"nvidia.com\/mig-1g.5gb":"1"/);
      const { stdout: status } = await succeeds(navigator(site, "status"));
      match(status, /^magika-inference: 1\/1 serving$/m);
    });
    await step("the deployer prepared the model on the device that serves it", async () => {
      const { deployer, triton } = await devicesOf(
        await inNamespace(
          "get pods --field-selector status.phase=Running -o jsonpath={.items[0].metadata.uid}",
        ),
      );
      match(deployer ?? "", /^\S+$/);
      equal(triton, deployer);
      const seen = "exec deployment/magika-inference --container triton -- printenv";
      equal((await inNamespace(`${seen} NVIDIA_VISIBLE_DEVICES`)).trim(), triton);
    });
    await step("the signature stands in a secret and nowhere else", async () => {
      const release = await runProgram(site.helm, [
        "get",
        "all",
        "magika-inference",
        "--namespace",
        site.namespace,
      ]);
      const log = await inNamespace("logs deployment/magika-inference --container deployer");
      const rest = await inNamespace("get deployments,pods,configmaps,events -o json");
      for (const text of [release.stdout, log, rest]) equal(text.includes("GEHEIM"), false);
      match(log, /fetch done/);
    });
    await step(
      "inference over the Service gives ONNX Runtime's own numbers",
      () => inferOverService(site),
    );

    await step("test", async () => {
      const { stdout, stderr } = await succeeds(navigator(site, `test -- ${QUICK}`));
      match(stdout, /p99/i);
      match(stderr, /measure 2\/2/);
      for (const line of stdout.split("\n")) ok(line.length <= 80, line);
      await until(() => hasNone(site, "tester"));
      const reports = `${site.folder}/navigator_workspace/reports/magika-inference`;
      match(stderr, /^report: navigator_workspace\/reports\/magika-inference\/report.html$/m);
      const { measurements, failures } = JSON.parse(
        await Deno.readTextFile(`${reports}/report.json`),
      );
      equal([measurements.length, failures], [2, []]);
      match(await Deno.readTextFile(`${reports}/report.csv`), /^1,2,(.*\r\n)4,2,/m);
      match(await Deno.readTextFile(`${reports}/report.html`), /^<title>Load test of magika/m);
    });
    await step("a threshold that is missed: said, exit 1, and the report is there", async () => {
      const { code, stdout, stderr } = await navigator(
        site,
        `test --report missed --threshold p50:max=1us errors:max=0 -- ${ONE_POINT}`,
      );
      equal(code, 1, stderr);
      match(stdout, /^kept errors:max=0\nmissed p50:max=1us at batch 1 concurrency 2: /m);
      match(stderr, /error: the load test failed: .*1 of 2 thresholds missed/);
      match(await Deno.readTextFile(`${site.folder}/missed/report.html`), /verdict failed/);
      await until(() => hasNone(site, "tester"));
    });
    await step("Ctrl-C during test removes the tester", async () => {
      const child = startProgram(site, `test -- ${QUICK}`);
      await until(async () => (await objects(site)).some((name) => name.startsWith("job")));
      child.kill("SIGINT");
      const { code, stderr } = await child.output();
      equal(code, 130);
      match(new TextDecoder().decode(stderr), /magika-tester is removed/);
      await until(() => hasNone(site, "tester"));
    });

    await step("an upgrade keeps what an earlier install said", async () => {
      const line = "install --mig none --wait -- --set deployer.maxBatchSize=8";
      await succeeds(navigator(site, line));
      const address = await serviceUrl(site);
      // The old pod serves until the new one does, and a connection that is kept longer still.
      using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
      await until(async () => {
        const answer = await fetch(`${address}/v2/models/magika/config`, { client });
        const { max_batch_size, platform } = await answer.json();
        equal(platform, "onnxruntime_onnx");
        return max_batch_size === 8;
      });
    });
    await step("uninstall leaves nothing", async () => {
      await succeeds(navigator(site, "uninstall"));
      await inNamespace("wait --for=delete pods --all --timeout=60s");
      equal(await objects(site), []);
      const again = await navigator(site, "uninstall");
      equal(again.code, 1);
      match(again.stderr, /not found/);
    });
  }));

Deno.test("from file to served, in Helm 3", (t) =>
  withSite(part("NAVIGATOR_HELM3"), "helm3", async (site) => {
    const step = sequence(t);
    await step("create, build and push", async () => {
      await create(site);
      await buildAndPush(site);
    });
    await step("install without MIG, the model on a mounted volume", async () => {
      const claim = await claimModelVolume(site);
      await succeeds(navigator(
        site,
        `install --mig none --model-uri file:///mnt/model/model.onnx --wait -- ${SMALL}
          --set deployer.modelVolume.persistentVolumeClaim.claimName=${claim}`,
      ));
      await inferOverService(site);
    });
    await step("uninstall", async () => {
      await succeeds(navigator(site, "uninstall"));
    });
  }));

Deno.test("the document's own commands, with docker and helm alone", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "document", async (site) => {
    const step = sequence(t);
    const image = `${REGISTRY}/made-by-tests/document:0.1.0`;
    const here = `--namespace ${site.namespace}`;
    await step("docker build, tag, push", async () => {
      await create(site);
      await inTree(site, "docker build --network host -f Dockerfile -t document:0.1.0 .");
      await inTree(site, `docker tag document:0.1.0 ${image}`);
      await inTree(site, `docker push ${image}`);
    });
    await step("helm install X-inference X-inference", async () => {
      await inTree(
        site,
        `helm install magika-inference magika-inference ${here} --wait --timeout 5m ${SMALL}
          --set deployer.image=${image} --set deployer.modelUri=${site.url}/model.onnx`,
      );
      await inferOverService(site);
    });
    await step("helm install X-tester X-tester, its log, helm uninstall", async () => {
      await inTree(
        site,
        `helm install magika-tester magika-tester ${here} --set image=${image} ${QUICK}`,
      );
      await kubectl(`${here} wait --for=condition=complete job/magika-tester --timeout=180s`);
      match(await kubectl(`${here} logs job/magika-tester`), /p99/i);
      await inTree(site, `helm uninstall magika-tester ${here}`);
    });
    await step("helm test, which fails when a threshold is missed", async () => {
      await inTree(
        site,
        `helm install magika-tester magika-tester ${here} --set image=${image} ${ONE_POINT}
          --set helmTest=true --set tester.threshold.p50:max=1us`,
      );
      const args = ["test", "magika-tester", "--namespace", site.namespace];
      const { code } = await runProgram(site.helm, args, { env: site.env });
      equal(code, 1);
      match(await kubectl(`${here} logs job/magika-tester`), /^missed p50:max=1us at batch 1/m);
      await inTree(site, `helm uninstall magika-tester ${here}`);
      await inTree(site, `helm uninstall magika-inference ${here}`);
    });
  }));
