/** What the charts render to, in both Helms. */

import { parseAllDocuments } from "yaml";
import { TERMINATION_LOG } from "../../src/deployer/last_words.ts";
import { equal, match } from "../support/assert.ts";
import { part, PROGRAM, runProgram } from "../support/program.ts";

// deno-lint-ignore no-explicit-any
type Manifest = any;

const REQUIRED = ["--set", "deployer.image=i:1", "--set", "deployer.modelUri=http://h/m.onnx"];

async function withChart(deed: (tree: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const args = ["create", "--model-name", "add_sub", "--model-path", "m.onnx", "--no-lint"];
    equal((await runProgram(PROGRAM, args, { cwd: folder })).code, 0);
    await deed(`${folder}/navigator_workspace/charts/add_sub`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function render(helm: string, chart: string, args: readonly string[], release = "r") {
  const { code, stdout, stderr } = await runProgram(helm, ["template", release, chart, ...args]);
  const documents = code === 0 ? parseAllDocuments(stdout).map((d) => d.toJS() as Manifest) : [];
  const kind = (name: string) => documents.find((d) => d?.kind === name);
  return { code, stderr, pod: kind("Deployment")?.spec.template.spec, kind };
}

const resources = (pod: Manifest) =>
  [pod.initContainers[0], pod.containers[0]].map((container) => {
    const { memory: _, ...devices } = container.resources.limits;
    return devices;
  });
const products = (pod: Manifest) =>
  pod.affinity?.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]
    .matchExpressions;

for (const name of ["NAVIGATOR_HELM3", "NAVIGATOR_HELM4"]) {
  Deno.test(`the charts in ${name}`, (t) =>
    withChart(async (tree) => {
      const helm = part(name);
      const inference = `${tree}/add-sub-inference`;
      const set = (...values: string[]) =>
        render(helm, inference, [...REQUIRED, ...values.flatMap((v) => ["--set", v])]);

      await t.step("the deployer and the server ask for the same device", async () => {
        const rows: [string[], object][] = [
          [[], { "nvidia.com/gpu": 1 }],
          [["gpu.limit=2"], { "nvidia.com/gpu": 2 }],
          [["gpu.product=A100-SXM4-40GB-MIG-1g.5gb"], { "nvidia.com/gpu": 1 }],
          [["gpu.mig=mig-1g.5gb"], { "nvidia.com/mig-1g.5gb": 1 }],
          [["gpu.mig=mig-1g.10gb+me"], { "nvidia.com/mig-1g.10gb.me": 1 }],
          [["gpu.resource=nvidia.com/gpu.shared"], { "nvidia.com/gpu.shared": 1 }],
          [["gpu.limit=0"], {}],
        ];
        for (const [values, limits] of rows) {
          equal(resources((await set(...values)).pod), [limits, limits], values.join());
        }
      });

      await t.step(
        "the product is required of the node, with and without NVIDIA- in front",
        async () => {
          equal(products((await set("gpu.product=P")).pod), [{
            key: "nvidia.com/gpu.product",
            operator: "In",
            values: ["P", "NVIDIA-P"],
          }]);
          equal(products((await set("gpu.product={NVIDIA-P,Q}")).pod)[0].values, [
            "NVIDIA-P",
            "Q",
            "NVIDIA-Q",
          ]);
          equal((await set()).pod.affinity, undefined);
        },
      );

      await t.step(
        "MIG is not combined with a number of GPUs, and the reason is said",
        async () => {
          for (
            const values of [["gpu.mig=mig-1g.5gb", "gpu.limit=2"], [
              "gpu.product=P-MIG-1g.5gb",
              "gpu.limit=0",
            ]]
          ) {
            const { code, stderr } = await set(...values);
            equal(code, 1);
            match(stderr, /MIG \(.*1g\.5gb\) cannot be combined with a number of GPUs/);
          }
        },
      );

      await t.step("on the CPU no GPU is seen, and the model runs on the CPU", async () => {
        const { pod, kind } = await set("gpu.limit=0");
        for (const container of [pod.initContainers[0], pod.containers[0]]) {
          match(JSON.stringify(container.env), /"NVIDIA_VISIBLE_DEVICES","value":"void"/);
        }
        match(kind("ConfigMap").data["config.yaml"], /^engine_count_per_device:\n {2}cpu: 1$/m);
        equal(JSON.stringify((await set()).pod).includes("NVIDIA_VISIBLE_DEVICES"), false);
      });

      await t.step(
        "an override reaches the model's configuration and restarts the pods",
        async () => {
          const [before, after] = [await set(), await set("deployer.maxBatchSize=64")];
          const checksum = (r: Manifest) =>
            r.kind("Deployment").spec.template.metadata.annotations["checksum/config"];
          match(after.kind("ConfigMap").data["config.yaml"], /^max_batch_size: 64$/m);
          equal(checksum(before) === checksum(after), false);
        },
      );

      await t.step(
        "the deployer leaves its last words where the chart looks for them",
        async () => {
          const { pod } = await set();
          equal(pod.initContainers[0].terminationMessagePath, TERMINATION_LOG);
        },
      );

      await t.step("names come from the release", async () => {
        const named = await render(helm, inference, REQUIRED, "add-sub-inference");
        equal(named.kind("Service").metadata.name, "add-sub-inference");
        equal((await set()).kind("Service").metadata.name, "r-add-sub-inference");
      });

      await t.step("rollouts need no spare device unless asked", async () => {
        const strategy = async (...values: string[]) =>
          (await set(...values)).kind("Deployment").spec.strategy;
        equal(await strategy(), { type: "Recreate" });
        equal(await strategy("replicaCount=2"), {
          type: "RollingUpdate",
          rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
        });
        equal(await strategy("rollout.surge=true"), {
          type: "RollingUpdate",
          rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
        });
        equal((await set()).kind("Deployment").spec.progressDeadlineSeconds, 1800 + 600 + 600);
      });

      await t.step("what is missing or misspelt is said", async () => {
        match((await render(helm, inference, [])).stderr, /deployer\.image is required/);
        match(
          (await render(helm, inference, REQUIRED.slice(0, 2))).stderr,
          /deployer\.modelUri is required/,
        );
        match((await set("deployer.maxBatchSiz=4")).stderr, /maxBatchSiz/);
        match((await set("deployer.maxBatchSize=many")).stderr, /maxBatchSize.*got string/);
        match((await render(helm, `${tree}/add-sub-tester`, [])).stderr, /image is required/);
      });

      await t.step("the tester asks the inference Service, and can be a helm test", async () => {
        const tester = await render(helm, `${tree}/add-sub-tester`, ["--set", "image=i:1"]);
        match(
          JSON.stringify(tester.kind("Job")),
          /"SERVER_URL","value":"http:\/\/add-sub-inference:8000"/,
        );
        equal(tester.kind("Job").metadata.annotations, undefined);
        const hook = await render(helm, `${tree}/add-sub-tester`, [
          "--set",
          "image=i:1,helmTest=true",
        ]);
        equal(hook.kind("Job").metadata.annotations["helm.sh/hook"], "test");
      });
    }));
}
