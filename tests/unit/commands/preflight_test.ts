/** `install` and what it finds out before, with a cluster's answers as they are given. */

import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { type FakeKube, type FakeTool, fakeWorld, inFolder } from "../../support/fake_world.ts";
import { GPU_NODES, nodeObject } from "../../support/gpu_nodes.ts";

const nodes = (...names: string[]) => ({
  items: GPU_NODES.filter(({ name }) => names.includes(name)).map((node) => nodeObject(node, "t")),
});

interface Rendered {
  readonly device?: string | undefined;
  readonly replicas?: number;
  readonly more?: object;
}

/** What `helm template` prints of the chart. */
function manifest({ device = "nvidia.com/gpu", replicas = 1, more = {} }: Rendered = {}): string {
  const resources = device === "" ? {} : { limits: { [device]: 1 } };
  const spec = {
    containers: [{ name: "triton", resources }],
    tolerations: [{ operator: "Exists" }],
    ...more,
  };
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "m-inference" },
    spec: { replicas, template: { spec } },
  };
  return JSON.stringify(deployment);
}

const allowed = { status: { allowed: true } };
const access = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const cluster = (more: FakeKube = {}): FakeKube => ({
  "/api/v1/namespaces/n": { status: { phase: "Active" } },
  "/api/v1/namespaces/n/secrets?": { items: [] },
  [access]: allowed,
  "/api/v1/nodes": nodes("a100-none"),
  "/api/v1/pods": { items: [] },
  ...more,
});

interface Trial {
  readonly flags?: string;
  readonly kube?: FakeKube;
  readonly rendered?: Rendered;
  readonly typed?: readonly string[];
  readonly terminal?: boolean;
}

/** The exit code, what was said, and the values that helm was given, if it was. */
async function install(
  { flags = "", kube = cluster(), rendered, typed = [], terminal = false }: Trial,
) {
  let values: Record<string, unknown> | undefined;
  const tools: FakeTool[] = [
    { starts: "helm template m-inference", answer: manifest(rendered) },
    {
      starts: "helm upgrade --install m-inference",
      answer: ({ stdin = "" }) => {
        values = JSON.parse(stdin);
        return "";
      },
    },
  ];
  const world = fakeWorld({ tools, kube, typed, terminal });
  let code = 0;
  await inFolder(async () => {
    const create = ["create", "--model-name", "m", "--model-path", "m.onnx", "--no-lint"];
    equal(await run(create, fakeWorld()), 0);
    code = await run(["install", "-n", "n", ...flags.split(" ").filter(Boolean)], world);
  });
  return { code, err: world.stderr.join("\n"), out: world.stdout.join("\n"), values };
}

Deno.test("all is well: helm is called, and surges where a device is spare", async () => {
  const full = { spec: { containers: [{ resources: { limits: { "nvidia.com/gpu": 1 } } }] } };
  const rows: [string, Trial, object][] = [
    ["two free, one wanted", {}, { rollout: { surge: true } }],
    ["two free, two wanted", { rendered: { replicas: 2 } }, {}],
    ["one free, one wanted", { kube: cluster({ "/api/v1/pods": { items: [full] } }) }, {}],
    ["no device", { rendered: { device: "" } }, { rollout: { surge: true } }],
    ["no pod", { rendered: { replicas: 0 } }, {}],
    ["nodes are not ours to see", { kube: cluster({ "/api/v1/nodes": 403 }) }, {}],
    ["pods are not ours to see", { kube: cluster({ "/api/v1/pods": 403 }) }, {}],
    ["nobody looks", { flags: "--skip-preflight" }, {}],
    ["nobody looks, on the CPU", { flags: "--skip-preflight --gpu-limit 0" }, {
      gpu: { limit: 0 },
      rollout: { surge: true },
    }],
  ];
  for (const [name, trial, values] of rows) {
    const done = await install(trial);
    equal([name, done.code, done.err, done.values], [name, 0, "", values]);
  }
});

Deno.test("a release's own pods make room for those that replace them", async () => {
  const labels = {
    "app.kubernetes.io/instance": "m-inference",
    "app.kubernetes.io/component": "inference",
  };
  const own = {
    metadata: { namespace: "n", labels },
    spec: { containers: [{ resources: { limits: { "nvidia.com/gpu": 1 } } }] },
  };
  const foreign = { ...own, metadata: { namespace: "other", labels } };
  const full = (items: object[]) => cluster({ "/api/v1/pods": { items } });
  equal((await install({ rendered: { replicas: 2 }, kube: full([own, own]) })).err, "");
  const waits = await install({ rendered: { replicas: 2 }, kube: full([own, foreign]) });
  match(waits.err, /^warning: 1 of 2 pods must wait: nvidia\.com\/gpu is all in use now$/);
  equal(waits.code, 0);
});

Deno.test("what is wrong is told at once, and nothing is installed", async () => {
  const more = {
    imagePullSecrets: [{ name: "pull" }],
    initContainers: [{ env: [{ valueFrom: { secretKeyRef: { name: "aws", key: "k" } } }] }],
  };
  const denied = (body: unknown) => {
    const { spec } = body as { spec: { resourceAttributes: { resource: string } } };
    return { status: { allowed: spec.resourceAttributes.resource === "secrets" } };
  };
  const { code, err, values } = await install({
    rendered: { more, device: "nvidia.com/mig-1g.5gb" },
    kube: cluster({
      "/api/v1/namespaces/n/secrets/aws": { data: { other: "" } },
      "/api/v1/namespaces/n/secrets/pull": { type: "Opaque" },
      [access]: denied,
    }),
  });
  equal([code, values], [1, undefined]);
  match(err, /^error: your account may not create deployments in namespace n$/m);
  match(err, /^error: the secret pull is of type Opaque/m);
  match(err, /^error: the secret aws has no key k; it has other$/m);
  match(err, /^error: no node can take the pod: t-a100-none has no nvidia\.com\/mig-1g\.5gb$/m);
  match(err, /^hint: the cluster has: --mig none --gpu-product A100-SXM4-40GB\. --skip-preflight/m);
});

Deno.test("a namespace that is not there is all that is said, unless helm makes it", async () => {
  const kube = cluster({ "/api/v1/namespaces/n": 404 });
  const none = await install({ kube });
  equal([none.code, none.err], [
    1,
    "error: there is no namespace n\n" +
    "hint: make it with `kubectl create namespace n`, or give `-- --create-namespace`",
  ]);
  equal((await install({ kube, flags: "-- --create-namespace" })).code, 0);
  const gone = cluster({ "/api/v1/namespaces/n": { status: { phase: "Terminating" } } });
  match((await install({ kube: gone })).err, /^error: the namespace n is being deleted$/m);
});

Deno.test("a cluster that does not answer, or does not know the account", async () => {
  const down = await install({ kube: { "/": 502 } });
  equal([down.code, down.values], [1, undefined]);
  match(down.err, /^error: the cluster does not answer$/m);
  const unknown = await install({ kube: { "/": 401 } });
  match(unknown.err, /hint: the cluster does not know you \(any more\)/);
});

Deno.test("an old Kubernetes is a warning; shares of one GPU are an error", async () => {
  const old = await install({ kube: cluster({ "/version": { major: "1", minor: "26+" } }) });
  equal([old.code, old.err], [
    0,
    "warning: Kubernetes 1.26 is older than 1.27, the oldest that the charts are checked against",
  ]);
  const more = { containers: [{ resources: { limits: { "nvidia.com/gpu.shared": 2 } } }] };
  const shares = await install({
    rendered: { more },
    kube: cluster({ "/api/v1/nodes": nodes("a100-renamed") }),
  });
  equal(shares.code, 1);
  match(shares.err, /^error: the pod asks for 2 shares of time-sliced GPUs/m);
});

Deno.test("--mig auto takes the only device that fits, and names it", async () => {
  const only = (name: string) => cluster({ "/api/v1/nodes": nodes(name, "bare") });
  const single = await install({ flags: "--mig auto", kube: only("a100-single") });
  equal(single.values, {
    gpu: { product: "A100-SXM4-40GB-MIG-1g.5gb", limit: 1, mig: null, resource: "nvidia.com/gpu" },
    rollout: { surge: true },
  });
  match(
    single.err,
    /^device: --mig single --gpu-product A100-SXM4-40GB --mig-profile 1g\.5gb$/,
  );
  const mixed = await install({
    flags: "--mig mixed --mig-profile 3g.20gb",
    kube: only("a100-mixed"),
    rendered: { device: "nvidia.com/mig-3g.20gb" },
  });
  equal([mixed.err, mixed.values], ["", { gpu: { product: null, limit: 1, mig: "mig-3g.20gb" } }]);
});

Deno.test("--mig auto lists several, with what is free; on a terminal it asks", async () => {
  const kube = cluster({
    "/api/v1/nodes": nodes("a100-none", "a100-mixed"),
    "/api/v1/pods": { items: [] },
  });
  const listed = await install({ flags: "--mig auto", kube });
  equal([listed.code, listed.values], [1, undefined]);
  match(listed.err, /^--mig mixed --gpu-product A100-SXM4-40GB --mig-profile 1g\.5gb +3\/3$/m);
  match(listed.err, /^--mig none --gpu-product A100-SXM4-40GB +3\/3$/m);
  match(listed.err, /^error: --mig auto: the cluster offers 3 devices that fit$/m);
  for (const line of listed.err.split("\n")) {
    equal(line.length <= 80 || line.startsWith("hint"), true);
  }
  const asked = await install({ flags: "--mig auto", kube, typed: ["2"], terminal: true });
  match(asked.err, /^2 --mig mixed .*1g\.5gb/m);
  match(asked.err, /^Which one \(1 to 3\)\? $/m);
  equal(asked.values?.gpu, { product: "A100-SXM4-40GB", limit: 1, mig: "mig-1g.5gb" });
  const nothing = await install({ flags: "--mig auto", kube, typed: ["7"], terminal: true });
  equal(nothing.code, 1);
});

Deno.test("no device that fits is an error that shows what there is", async () => {
  const rows: [flags: string, nodes: string[], what: RegExp][] = [
    [
      "--mig single",
      ["a100-mixed"],
      /the cluster has: --mig none .*; --mig mixed .*1g\.5gb; --mig mixed .*3g\.20gb/,
    ],
    ["--mig auto", ["a100-invalid"], /the partitions of t-a100-invalid are not all alike/],
    ["--mig auto", ["bare"], /is the GPU operator installed\?/],
    ["--mig auto --mig-profile 7g.40gb", ["a100-single"], /the cluster has: --mig single/],
    [
      "--mig auto --gpu-limit 2",
      ["a100-shared"],
      /the cluster has: --mig none --gpu-product A100-SXM4-40GB-SHARED/,
    ],
  ];
  for (const [flags, names, what] of rows) {
    const { code, err } = await install({
      flags,
      kube: cluster({ "/api/v1/nodes": nodes(...names) }),
    });
    equal([flags, code], [flags, 1]);
    match(err, /no node of the cluster offers such a device/);
    match(err, what);
  }
  const hidden = await install({ flags: "--mig auto", kube: cluster({ "/api/v1/nodes": 403 }) });
  match(hidden.err, /may not list the cluster's nodes[^]*name the device with --mig/);
});

Deno.test("a node that no toleration opens is no offer", async () => {
  const more = { tolerations: [] };
  const { code, err } = await install({ flags: "--mig auto", rendered: { more } });
  equal(code, 1);
  match(err, /no node of the cluster offers such a device/);
});

Deno.test("without kubectl it installs all the same, and says that nothing was checked", async () => {
  const world = fakeWorld({
    tools: [
      { starts: "helm template m-inference", answer: manifest() },
      { starts: "helm upgrade --install m-inference" },
    ],
  });
  await inFolder(async () => {
    const create = ["create", "--model-name", "m", "--model-path", "m.onnx", "--no-lint"];
    equal(await run(create, fakeWorld()), 0);
    equal(await run(["install"], world), 0);
    equal(await run(["install", "--mig", "auto"], world), 1);
  });
  match(
    world.stderr.join("\n"),
    /^warning: nothing was checked before the install: `kubectl` is not there$/m,
  );
});

Deno.test("a dry run shows the command, its values and the manifests, and warns", async () => {
  const { code, out, err, values } = await install({
    flags: "--dry-run --model-uri https://h/m.onnx?sig=GEHEIM",
    kube: cluster({ "/api/v1/nodes": nodes("bare") }),
  });
  equal([code, values], [0, undefined]);
  match(
    out,
    /^helm upgrade --install m-inference .* <<'EOF'\n\{[^]*\}\nEOF\n\{"apiVersion":"apps\/v1"/,
  );
  match(err, /^warning: no node can take the pod/m);
  equal(`${out}${err}`.includes("GEHEIM"), false);
});

Deno.test("a dry run needs no cluster, as long as nothing is left to it", async () => {
  const { code, out, err } = await install({
    flags: "--dry-run --mig mixed --mig-profile 1g.5gb --gpu-product A100-SXM4-40GB",
    kube: { "/": 502 },
  });
  equal(code, 0);
  match(out, /"product": "A100-SXM4-40GB",\n +"limit": 1,\n +"mig": "mig-1g\.5gb"/);
  match(err, /^warning: nothing was checked before the install: the cluster does not answer/m);
  const open = await install({ flags: "--dry-run --mig auto", kube: { "/": 502 } });
  equal([open.code, open.out], [1, ""]);
});
