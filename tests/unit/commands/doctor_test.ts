import { run } from "../../../src/cli/run.ts";
import { diagnoseGpus } from "../../../src/cluster/diagnose_gpus.ts";
import { diagnoseHelm } from "../../../src/cluster/diagnose_helm.ts";
import { kubeNode } from "../../../src/cluster/kube_node.ts";
import { equal, match } from "../../support/assert.ts";
import { type FakeKube, type FakeTool, fakeWorld } from "../../support/fake_world.ts";
import { GPU_NODES, type GpuNode, nodeObject } from "../../support/gpu_nodes.ts";

const find = (name: string) => GPU_NODES.find((node) => node.name === name)!;

Deno.test("doctor: Helm's versions", () => {
  const state = (text: string) => diagnoseHelm(text).state;
  const rows: [string, string][] = [
    ["v4.3.1+g1234567", "ok"],
    ["v4.1.3", "warning"],
    ["v3.22.0", "ok"],
    ["v3.20.1", "warning"],
    ["v3.18.0", "warning"],
    ["v3.17.9", "error"],
    ["v2.16.0", "error"],
    ["v5.0.0", "ok"],
    ["what is this", "error"],
  ];
  for (const [text, is] of rows) equal([text, state(text)], [text, is]);
});

Deno.test("doctor: what keeps pods from GPUs", () => {
  const said = (...nodes: GpuNode[]) =>
    diagnoseGpus(nodes.map((node) => kubeNode(nodeObject(node, "t"))))
      .map(({ state, what }) => `${state}: ${what}`);
  equal(said(find("a100-none"), find("a100-mixed"), find("bare")), ["ok: GPUs on 2 nodes"]);
  equal(said(find("a100-invalid")), [
    "error: t-a100-invalid: the MIG partitions are not all alike",
  ]);
  equal(said(find("unlabelled")), [
    "ok: GPUs on 1 node",
    "warning: t-unlabelled: no label nvidia.com/gpu.product",
  ]);
  equal(said(find("bare")), ["warning: no node has a GPU"]);
  const idle = { name: "idle", labels: { "nvidia.com/gpu.present": "true" }, devices: {} };
  equal(said(idle), ["error: t-idle: NVIDIA hardware, but no GPU can be asked for"]);
});

const tools: readonly FakeTool[] = [
  { starts: "helm version --short", answer: "v4.3.1+g1\n" },
  { starts: "kubectl version --client", answer: '{"clientVersion": {"gitVersion": "v1.35.4"}}' },
  { starts: "docker version", fails: "Cannot connect to the Docker daemon" },
  { starts: "podman info", fails: "podman is broken" },
  { starts: "buildah info", fails: "buildah is broken" },
];
const kube: FakeKube = {
  "/version": { gitVersion: "v1.35.4" },
  "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": { status: { allowed: true } },
  "/api/v1/nodes": { items: [nodeObject(find("a100-mixed"), "t")] },
  "/api/v1/pods": { items: [] },
};

async function doctor(kube: FakeKube | undefined, flags: readonly string[] = []) {
  const world = fakeWorld({ tools, ...(kube ? { kube } : {}) });
  const code = await run(["doctor", "-n", "n", ...flags], world);
  return { code, out: world.stdout.join("\n"), err: world.stderr.join("\n") };
}

Deno.test("doctor: all that was found, and the GPUs as flags", async () => {
  const { code, out } = await doctor(kube);
  equal(code, 0);
  equal(
    out,
    `ok       Helm 4.3.1
ok       kubectl 1.35.4
warning  no tool that builds images works here: Cannot connect to the Docker daemon, podman is broken, buildah is broken
         hint: start the Docker daemon, or take another tool: --builder podman
ok       Kubernetes 1.35.4
ok       your account may do in namespace n what install and test do
ok       1 of 1 nodes are ready
ok       GPUs on 1 node

FLAGS                                                           FREE
--mig none --gpu-product A100-SXM4-40GB                         1/1
--mig mixed --gpu-product A100-SXM4-40GB --mig-profile 1g.5gb   3/3
--mig mixed --gpu-product A100-SXM4-40GB --mig-profile 3g.20gb  1/1`,
  );
  const json = JSON.parse((await doctor(kube, ["--output", "json"])).out);
  equal([json.checks.length, json.gpus.length], [7, 3]);
});

Deno.test("doctor: what is to be mended ends with 1", async () => {
  const denied = {
    ...kube,
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews": { status: { allowed: false } },
    "/api/v1/nodes": 403,
  };
  const { code, out, err } = await doctor(denied);
  equal(code, 1);
  match(
    out,
    /^error +your account may not create configmaps, .*, nor list pods, nor get pods\/log in/m,
  );
  match(out, /^warning +your account may not list nodes$/m);
  match(err, /^error: 1 of 6 checks found something to mend$/);
  const down = await doctor({ "/": 502 });
  match(down.out, /^error +the cluster does not answer/m);
  const without = await doctor(undefined);
  match(without.out, /^error +`kubectl` is not there\n +hint: install kubectl$/m);
});
