/**
 * One real model from file to served and measured, as a user would do it: real Helm, docker,
 * registry, Kubernetes, Triton and perf_analyzer, in a namespace that enforces `restricted`.
 */

import { equal, match, ok } from "../support/assert.ts";
import { until } from "../support/until.ts";
import { sequence } from "../support/sequence.ts";
import { command, helmHome, type Outcome, part, ROOT, runProgram } from "../support/program.ts";

const REGISTRY = "127.0.0.1:5000";
const CHART = "magika";
const RELEASE = "magika-inference";

interface Site {
  readonly helm: string;
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly namespace: string;
  readonly modelUrl: string;
}

/** `helm navigator …` in the namespace of the test. */
function navigator(site: Site, ...args: string[]): Promise<Outcome> {
  const all = ["--namespace", site.namespace, "navigator", ...args];
  return runProgram(site.helm, all, { cwd: site.folder, env: site.env });
}

async function succeeds(outcome: Promise<Outcome>): Promise<Outcome> {
  const { code, stdout, stderr } = await outcome;
  equal(code, 0, `${stdout}\n${stderr}`);
  return { code, stdout, stderr };
}

async function kubectl(...args: string[]): Promise<string> {
  return (await succeeds(runProgram("kubectl", args))).stdout;
}

/** Pods of the namespace that are there, and not on their way out. */
async function objects(namespace: string): Promise<string[]> {
  const kinds = "deployments,jobs,pods,services,configmaps,secrets";
  const names = await kubectl("get", kinds, "--namespace", namespace, "--output", "name");
  return names.split("\n").filter((name) => name !== "" && !name.includes("kube-root-ca.crt"));
}

async function withSite(helm: string, name: string, deed: (site: Site) => Promise<void>) {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const namespace = `navigator-${name}`;
  const host = part("NAVIGATOR_HOST_ADDRESS");
  const model = await Deno.readFile(part("NAVIGATOR_EXAMPLE_MODEL"));
  const server = Deno.serve(
    { hostname: host, port: 0, onListen: () => {} },
    (request) =>
      new URL(request.url).pathname === "/model.onnx"
        ? new Response(model)
        : new Response("no such model", { status: 404 }),
  );
  try {
    await kubectl("create", "namespace", namespace);
    await kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
    await deed({
      helm,
      env: await helmHome(helm, folder),
      folder,
      namespace,
      modelUrl: `http://${host}:${server.addr.port}`,
    });
  } finally {
    await runProgram("kubectl", ["delete", "namespace", namespace, "--ignore-not-found"]);
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

function create(site: Site): Promise<Outcome> {
  return navigator(
    site,
    "create",
    "--config-path",
    `${ROOT}examples/magika/navigator.yaml`,
    "--model-path",
    part("NAVIGATOR_EXAMPLE_MODEL"),
    "--framework-docker-image",
    part("NAVIGATOR_FRAMEWORK_IMAGE"),
    "--triton-docker-image",
    part("NAVIGATOR_TRITON_IMAGE"),
    "--container-version",
    "24.10",
  );
}

/** The test node has two cores: what the charts ask for by default is for real ones. */
const SMALL = [
  "--",
  "--set",
  "deployer.resources.requests.cpu=50m,server.resources.requests.cpu=50m",
  "--set",
  "server.resources.limits.memory=3Gi",
];
const QUICK = [
  "--",
  "--set",
  "tester.batchSizes={1,4},tester.concurrency={2},tester.measurementSeconds=1",
  "--set",
  "resources.requests.cpu=50m",
];

/** Addresses of Services are routed to the node, so this goes over the Service as a pod's would. */
async function inferOverService(site: Site): Promise<void> {
  const address = await kubectl(
    "get",
    "service",
    RELEASE,
    "--namespace",
    site.namespace,
    "--output",
    "jsonpath={.spec.clusterIP}",
  );
  const script = `${ROOT}tests/support/compare_inference.py`;
  const model = part("NAVIGATOR_EXAMPLE_MODEL");
  const { stdout } = await succeeds(
    runProgram(part("NAVIGATOR_PYTHON"), [
      script,
      model,
      `http://${address}:8000`,
      CHART,
      "1",
      "3",
      "32",
    ]),
  );
  equal(stdout, "same numbers\n");
}

async function buildAndPush(site: Site): Promise<void> {
  const built = await succeeds(navigator(site, "build", "--", "--network", "host"));
  equal(built.stdout, "magika:0.1.0\n");
  const pushed = await succeeds(
    navigator(site, "push", "--image", `${REGISTRY}/navigator-test/magika:0.1.0`),
  );
  match(pushed.stdout, /^127\.0\.0\.1:5000\/navigator-test\/magika:0\.1\.0@sha256:[0-9a-f]{64}\n$/);
}

Deno.test("the cluster has the GPUs that the tests ask for", async () => {
  await succeeds(runProgram(`${ROOT}scripts/cluster`, ["gpus"]));
});

Deno.test("from file to served and measured, in Helm 4", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "helm4", async (site) => {
    const step = sequence(t);
    await step("create", async () => {
      const { stdout } = await succeeds(create(site));
      equal(stdout, `${site.folder}/navigator_workspace/charts/${CHART}\n`);
    });
    await step("build and push", () => buildAndPush(site));
    await step("a second build comes from the cache", async () => {
      const { stderr } = await succeeds(navigator(site, "build", "--", "--network", "host"));
      match(stderr, /Using cache|CACHED/);
    });

    await step("a model that is not there: the reason is said, at once", async () => {
      const failed = await navigator(
        site,
        "install",
        "--model-uri",
        `${site.modelUrl}/nothing.onnx`,
        "--wait",
        "--gpu-limit",
        "0",
        ...SMALL,
      );
      equal(failed.code, 1, failed.stderr);
      match(failed.stderr, /error: magika-inference cannot start: .*404/s);
      const status = await succeeds(navigator(site, "status"));
      match(status.stdout, /deploying.*404/s);
    });

    await step("install on a MIG partition, mended", async () => {
      await succeeds(
        navigator(
          site,
          "install",
          "--model-uri",
          `${site.modelUrl}/model.onnx`,
          "--wait",
          "--mig",
          "mixed",
          "--mig-profile",
          "1g.5gb",
          "--gpu-product",
          "A100-SXM4-40GB",
          ...SMALL,
        ),
      );
      const limits = await kubectl(
        "get",
        "pods",
        "--namespace",
        site.namespace,
        "--output",
        "jsonpath={.items[*].spec.containers[0].resources.limits}",
      );
      match(limits, /"nvidia.com\/mig-1g.5gb":"1"/);
      match(
        (await succeeds(navigator(site, "status"))).stdout,
        /^magika-inference: 1\/1 serving$/m,
      );
    });
    await step(
      "inference over the Service gives ONNX Runtime's own numbers",
      () => inferOverService(site),
    );

    await step("test", async () => {
      const { stdout, stderr } = await succeeds(navigator(site, "test", ...QUICK));
      match(stdout, /p99/i);
      match(stderr, /measure 2\/2/);
      for (const line of stdout.split("\n")) ok(line.length <= 80, line);
      equal((await objects(site.namespace)).filter((name) => name.includes("tester")), []);
    });
    await step("Ctrl-C during test removes the tester", async () => {
      const args = ["--namespace", site.namespace, "test", ...QUICK];
      const { KUBECONFIG = "" } = Deno.env.toObject();
      const child = command(`${ROOT}dist/helm-navigator`, args, {
        cwd: site.folder,
        env: { HELM_BIN: site.helm, KUBECONFIG, ...site.env },
      }).spawn();
      await until(async () =>
        (await objects(site.namespace)).some((name) => name.startsWith("job"))
      );
      child.kill("SIGINT");
      const ended = await child.output();
      equal(ended.code, 130);
      match(new TextDecoder().decode(ended.stderr), /magika-tester is removed/);
      const list = await succeeds(
        runProgram(site.helm, ["list", "--short", "--namespace", site.namespace]),
      );
      equal(list.stdout, "magika-inference\n");
    });

    await step("an upgrade keeps what an earlier install said", async () => {
      await succeeds(
        navigator(
          site,
          "install",
          "--mig",
          "none",
          "--wait",
          "--",
          "--set",
          "deployer.maxBatchSize=8",
        ),
      );
      const answer = await kubectl(
        "get",
        "configmap",
        RELEASE,
        "--namespace",
        site.namespace,
        "--output",
        "jsonpath={.data.config\\.yaml}",
      );
      match(answer, /max_batch_size: 8/);
      await inferOverService8(site);
    });

    await step("uninstall leaves nothing", async () => {
      await succeeds(navigator(site, "uninstall"));
      await kubectl(
        "wait",
        "--for=delete",
        "pods",
        "--all",
        "--namespace",
        site.namespace,
        "--timeout=60s",
      );
      equal(await objects(site.namespace), []);
      const again = await navigator(site, "uninstall");
      equal(again.code, 1);
      match(again.stderr, /not found/);
    });
  }));

/** After the override, a batch above eight is refused by the server. */
async function inferOverService8(site: Site): Promise<void> {
  const address = await kubectl(
    "get",
    "service",
    RELEASE,
    "--namespace",
    site.namespace,
    "--output",
    "jsonpath={.spec.clusterIP}",
  );
  const config = await (await fetch(`http://${address}:8000/v2/models/${CHART}/config`)).json();
  equal(config.max_batch_size, 8);
  equal(config.platform, "onnxruntime_onnx");
}

Deno.test("from file to served, in Helm 3", (t) =>
  withSite(part("NAVIGATOR_HELM3"), "helm3", async (site) => {
    const step = sequence(t);
    await step("create, build and push", async () => {
      await succeeds(create(site));
      await buildAndPush(site);
    });
    await step("install without MIG", async () => {
      await succeeds(
        navigator(
          site,
          "install",
          "--mig",
          "none",
          "--model-uri",
          `${site.modelUrl}/model.onnx`,
          "--wait",
          ...SMALL,
        ),
      );
      await inferOverService(site);
    });
    await step("uninstall", async () => {
      await succeeds(navigator(site, "uninstall"));
    });
  }));

Deno.test("the document's own commands, with docker and helm alone", (t) =>
  withSite(part("NAVIGATOR_HELM4"), "document", async (site) => {
    const step = sequence(t);
    const image = `${REGISTRY}/navigator-test/document:0.1.0`;
    const tree = `${site.folder}/navigator_workspace/charts/${CHART}`;
    const tool = (program: string, ...args: string[]) =>
      succeeds(runProgram(program, args, { cwd: tree, env: site.env }));
    await step("docker build, tag, push", async () => {
      await succeeds(create(site));
      await tool(
        "docker",
        "build",
        "--network",
        "host",
        "-f",
        "Dockerfile",
        "-t",
        "document:0.1.0",
        ".",
      );
      await tool("docker", "tag", "document:0.1.0", image);
      await tool("docker", "push", image);
    });
    await step("helm install X-inference X-inference", async () => {
      await tool(
        site.helm,
        "install",
        RELEASE,
        RELEASE,
        "--namespace",
        site.namespace,
        "--wait",
        "--timeout",
        "5m",
        "--set",
        `deployer.image=${image}`,
        "--set",
        `deployer.modelUri=${site.modelUrl}/model.onnx`,
        ...SMALL.slice(1),
      );
      await inferOverService(site);
    });
    await step("helm install X-tester X-tester, the log, helm uninstall", async () => {
      await tool(
        site.helm,
        "install",
        "magika-tester",
        "magika-tester",
        "--namespace",
        site.namespace,
        "--set",
        `image=${image}`,
        ...QUICK.slice(1),
      );
      await kubectl(
        "wait",
        "--for=condition=complete",
        "job/magika-tester",
        "--namespace",
        site.namespace,
        "--timeout=180s",
      );
      match(await kubectl("logs", "job/magika-tester", "--namespace", site.namespace), /p99/i);
      await tool(site.helm, "uninstall", "magika-tester", "--namespace", site.namespace);
      await tool(site.helm, "uninstall", RELEASE, "--namespace", site.namespace);
    });
  }));
