/** What the charts render to, in both Helms. */

import { parseAllDocuments } from "yaml";
import { TERMINATION_LOG } from "../../src/deployer/last_words.ts";
import { equal, match } from "../support/assert.ts";
import { part, PROGRAM, runProgram } from "../support/program.ts";

// deno-lint-ignore no-explicit-any
type Manifest = any;

const REQUIRED = ["--set", "deployer.image=i:1", "--set", "deployer.modelUri=http://h/m.onnx"];

async function withChart(
  deed: (tree: string) => Promise<void>,
  flags: readonly string[] = ["--model-path", "m.onnx"],
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const args = ["create", "--model-name", "add_sub", ...flags, "--no-lint"];
    equal((await runProgram(PROGRAM, args, { cwd: folder })).code, 0);
    await deed(`${folder}/navigator_workspace/charts/add_sub`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function render(helm: string, chart: string, args: readonly string[], release = "r") {
  const { code, stdout, stderr } = await runProgram(helm, ["template", release, chart, ...args]);
  const parsed = code === 0 ? parseAllDocuments(stdout) : [];
  // A key that stands there twice is an error too.
  equal(parsed.flatMap((d) => d.errors), []);
  const documents = parsed.map((d) => d.toJS() as Manifest);
  const kind = (name: string) => documents.find((d) => d?.kind === name);
  return { code, stderr, pod: kind("Deployment")?.spec.template.spec, kind };
}

const resources = (pod: Manifest) =>
  [pod.initContainers[0], pod.containers[0]].map((container) => {
    const { memory: _, ...devices } = container.resources.limits;
    return devices;
  });
const names = (container: Manifest): string[] => container.env.map((e: Manifest) => e.name);
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
      const setTester = (...values: string[]) =>
        render(
          helm,
          `${tree}/add-sub-tester`,
          ["image=i:1", ...values].flatMap((v) => ["--set", v]),
        );
      const refused = async (rows: readonly (readonly [string, RegExp])[], to = set) => {
        for (const [value, message] of rows) {
          const { code, stderr } = await to(value);
          equal([value, code], [value, 1]);
          match(stderr, message);
        }
      };

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
          equal((await set("gpu.limit=0", "gpu.product=P")).pod.affinity, undefined);
        },
      );

      await t.step(
        "MIG is not combined with a number of GPUs, and the reason is said",
        async () => {
          for (
            const values of [["gpu.mig=mig-1g.5gb", "gpu.limit=2"], [
              "gpu.product=P-MIG-1g.5gb",
              "gpu.limit=0",
            ], ["gpu.mig=mig-1g.5gb", "gpu.limit=0"]]
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

      await t.step("the GPU is asked for in one place", () => {
        const message = /\.resources\.(limits|requests) cannot name nvidia\.com\/.*gpu\.limit/;
        return refused([
          ["server.resources.limits.nvidia\\.com/gpu=2", message],
          ["deployer.resources.requests.nvidia\\.com/mig-1g\\.5gb=1", message],
          ["gpu.limit=0,server.resources.limits.nvidia\\.com/gpu=1", message],
        ]);
      });

      await t.step("a variable that the user sets replaces the chart's", async () => {
        const { pod } = await set(
          "gpu.limit=0",
          "deployer.env[0].name=HOME,deployer.env[0].value=/tmp/a",
          "server.env[0].name=NVIDIA_VISIBLE_DEVICES,server.env[0].value=none",
        );
        const [deployer, server] = [pod.initContainers[0], pod.containers[0]];
        for (const container of [deployer, server]) {
          equal(names(container).length, new Set(names(container)).size);
        }
        equal(deployer.env.at(-1), { name: "HOME", value: "/tmp/a" });
        equal(server.env.at(-1), { name: "NVIDIA_VISIBLE_DEVICES", value: "none" });
        equal(names(deployer).includes("NVIDIA_VISIBLE_DEVICES"), true);
      });

      await t.step("a variable that the chart needs cannot be replaced", () =>
        refused([
          ["deployer.env[0].name=MODEL_URI", /MODEL_URI: set deployer\.modelUri or/],
          ["deployer.env[0].name=MODEL_SHA256", /MODEL_SHA256: set deployer\.modelSha256/],
          ["deployer.env[0].name=MODEL_REPOSITORY", /cannot set MODEL_REPOSITORY: the chart/],
          ["deployer.env[0].name=WORK_DIR", /cannot set WORK_DIR: the chart/],
          ["server.env[0].name=A,server.env[1].name=A", /server\.env sets a variable twice: A, A/],
          ["server.env[0].value=A", /missing property 'name'/],
        ]));

      await t.step("annotations are merged, and the chart's stays", async () => {
        const annotations = async (...values: string[]) =>
          (await set(...values)).kind("Deployment").spec.template.metadata.annotations;
        const { "checksum/config": checksum } = await annotations();
        equal(await annotations("podAnnotations.checksum/config=x", "podAnnotations.a=b"), {
          "checksum/config": checksum,
          a: "b",
        });
        await refused([["podAnnotations.port=8002", /port.*got number, want string/]]);
      });

      await t.step("a value that is taken away with null has a sensible meaning", async () => {
        const none = ["affinity", "tolerations", "podAnnotations", "readOnlyRootFilesystem"];
        const { pod, kind } = await set(
          ...none.map((value) => `${value}=null`),
          "nameOverride=null,fullnameOverride=null,imagePullSecret=null,replicaCount=null",
          "deployer.resources=null,server.resources=null,deployer.env=null,server.env=null",
          "server.args=null,service.annotations=null,shm.size=null,rollout.surge=null",
          "gpu.resource=null,gpu.product=null,gpu.mig=null",
        );
        equal(pod.containers[0].resources, { limits: { "nvidia.com/gpu": 1 } });
        equal(pod.containers[0].securityContext.readOnlyRootFilesystem, true);
        equal(pod.volumes.find((v: Manifest) => v.name === "shm").emptyDir.sizeLimit, "256Mi");
        equal("replicas" in kind("Deployment").spec, false);
        equal(kind("Deployment").spec.strategy.type, "RollingUpdate");
        const maps = await set("shm=null,rollout=null,service=null,gpu.product=P,affinity=null");
        equal(maps.kind("Service").spec.type, "ClusterIP");
        equal(products(maps.pod)[0].values, ["P", "NVIDIA-P"]);
        const onCpu = await set(
          "gpu.limit=0,server.resources.requests=null,server.resources.limits=null",
        );
        equal(onCpu.pod.containers[0].resources, {});
        const tester = await setTester(...none.map((value) => `${value}=null`), "resources=null");
        equal(tester.kind("Job").spec.template.spec.containers[0].resources, {});
        equal(
          (await set("readOnlyRootFilesystem=false")).pod.containers[0].securityContext
            .readOnlyRootFilesystem,
          false,
        );
      });

      await t.step("what cannot be taken away is said", async () => {
        await refused([
          ["gpu.limit=null", /gpu\.limit is missing: give the number of GPUs/],
          ["gpu=null", /gpu\.limit is missing: give the number of GPUs/],
          ["server=null", /missing property 'server'/],
          ["server.startupSeconds=null", /missing property 'startupSeconds'/],
          ["deployer.modelName=null", /missing property 'modelName'/],
          ["deployer.image=null", /deployer\.image is required/],
        ]);
        await refused([
          ["server.url=null", /missing property 'url'/],
          ["image=null", /image is required/],
        ], setTester);
      });

      await t.step("only volumes that Pod Security allows hold models", async () => {
        const { pod } = await set("deployer.modelVolume.persistentVolumeClaim.claimName=models");
        equal(pod.volumes.at(-1), {
          name: "model",
          persistentVolumeClaim: { claimName: "models" },
        });
        await refused([
          ["deployer.modelVolume.hostPath.path=/", /modelVolume.*'hostPath' not allowed/],
          ["deployer.modelVolume.name=x", /modelVolume.*'name' not allowed/],
        ]);
      });

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

      await t.step("a long name keeps the chart's, and stays apart from others", async () => {
        const long = "a".repeat(52);
        const name = async (release: string, values: string[] = []) =>
          (await render(helm, inference, [...REQUIRED, ...values], release)).kind("Service")
            .metadata.name as string;
        const [one, two] = [await name(`${long}1`), await name(`${long}2`)];
        match(one, /^a{38}-[0-9a-f]{6}-add-sub-inference$/);
        equal([one.length, two.length, one === two], [63, 63, false]);
        const most = await name("a-".repeat(26) + "a", ["--set", `nameOverride=${"b".repeat(53)}`]);
        match(most, /^a-[0-9a-f]{6}-b{53}$/);
        equal(await name("r", ["--set", "fullnameOverride=yes"]), "yes");
      });

      await t.step("a release that cannot name its objects is refused", async () => {
        for (const release of ["9lives", "a.b"]) {
          for (
            const [chart, args] of [
              [inference, REQUIRED],
              [`${tree}/add-sub-tester`, ["--set", "image=i:1"]],
            ] as const
          ) {
            const { code, stderr } = await render(helm, chart, args, release);
            equal(code, 1);
            match(
              stderr,
              new RegExp(`The release name "${release}" would make .* fullnameOverride`),
            );
            const named = await render(
              helm,
              chart,
              [...args, "--set", "fullnameOverride=x"],
              release,
            );
            equal(named.kind("ConfigMap").metadata.name, "x");
          }
        }
        const pattern = /does not match pattern/;
        await refused([
          ["nameOverride=A", pattern],
          ["nameOverride=a-", pattern],
          ["fullnameOverride=a.b", pattern],
          ["fullnameOverride=9a", pattern],
          [`fullnameOverride=${"a".repeat(64)}`, /maxLength/],
        ]);
        await refused([["fullnameOverride=a.b", pattern]], setTester);
      });

      await t.step("words of YAML are names like others", async () => {
        const { kind } = await render(helm, inference, REQUIRED, "true");
        equal(kind("Service").spec.selector["app.kubernetes.io/instance"], "true");
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

Deno.test("TensorFlow 2 is asked for where Triton's default is 1", async () => {
  const version2 = "--backend-config=tensorflow,version=2";
  const rows = [["21.12", true], ["22.07", true], ["22.08", false], ["23.01", false]] as const;
  for (const [version, expected] of rows) {
    const flags = ["--model-path", "m.savedmodel", "--container-version", version];
    await withChart(async (tree) => {
      const { pod } = await render(part("NAVIGATOR_HELM4"), `${tree}/add-sub-inference`, REQUIRED);
      equal([version, pod.containers[0].args.includes(version2)], [version, expected]);
    }, flags);
  }
});
