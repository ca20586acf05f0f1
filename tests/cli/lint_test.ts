/** What `lint` finds in charts that `create` has made, whole and spoiled, with both Helms. */

import type { Finding } from "../../src/review/finding.ts";
import { equal, match } from "../support/assert.ts";
import { part, PROGRAM, runProgram } from "../support/program.ts";

type Linted = Finding & { readonly chart: string };

async function withTree(deed: (tree: string) => Promise<void>, model = "m.onnx"): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const args = ["create", "--model-name", "m", "--model-path", model, "--no-lint"];
    equal((await runProgram(PROGRAM, args, { cwd: folder })).code, 0);
    await deed(`${folder}/navigator_workspace/charts/m`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function lint(helm: string, path: string, ...rest: string[]) {
  const args = ["lint", path, "--output", "json", ...rest];
  const { code, stdout, stderr } = await runProgram(PROGRAM, args, { env: { HELM_BIN: helm } });
  const findings = JSON.parse(stdout) as Linted[];
  return { code, stderr, findings, ids: findings.map(({ id }) => id) };
}

/** Values, and the rule that must complain of them. */
const VALUES: readonly (readonly [values: string, id: string])[] = [
  ["server.image=nvcr.io/nvidia/tritonserver:latest", "latest-tag"],
  ["deployer.image=registry.example.com/deployer", "latest-tag"],
  ["deployer.modelUri=https://example.com/m?sig=secret", "signed-uri"],
  ["deployer.env[0].name=API_KEY,deployer.env[0].value=hunter2", "plain-secret"],
  ["gpu.product=A100-MIG-INVALID", "helm-template"],
  ["deployer.deadlineSeconds=3000000000", "helm-template"],
  ["rollout.surge=true", "rollout-spare-gpu"],
  ["shm.size=16Gi", "shm-over-memory"],
  ["server.startupSeconds=30", "startup-budget"],
  ["server.resources.limits.memory=null", "memory-limit"],
  ["server.args={--model-control-mode=poll}", "model-control"],
  ["gpu.resource=nvidia.com/gpu.shared,gpu.limit=2", "gpu-shared"],
  ["readOnlyRootFilesystem=false", "read-only-root"],
  ["server.env[0].name=NVIDIA_VISIBLE_DEVICES,server.env[0].value=all", "visible-devices"],
];

/** Edits of the inference chart's templates, and the rule that must complain of them. */
const EDITS: readonly (readonly [file: string, from: RegExp, to: string, id: string])[] = [
  ["deployment", /allowPrivilegeEscalation: false/, "", "pod-security/allowPrivilegeEscalation"],
  ["deployment", /runAsNonRoot: true/, "runAsNonRoot: false", "pod-security/runAsNonRoot"],
  ["deployment", /emptyDir: \{\}/, "hostPath: {path: /}", "pod-security/restrictedVolumes"],
  ["deployment", /\/v2\/health\/live/, "/v2/health/ready", "liveness-probe"],
  ["deployment", /imagePullPolicy:/, "imagePullPolicie:", "schema"],
  ["deployment", /progressDeadlineSeconds: .*/, 'progressDeadlineSeconds: "many"', "schema"],
  ["deployment", /type: Recreate/, "type: RollingUpdate", "rollout-surge"],
  ["service", /targetPort: http/, "targetPort: web", "service-port"],
  ["service", /type: .*/, "type: ClusterIP\n  type: NodePort", "yaml"],
  ["service", /apiVersion: v1/, "apiVersion: v2", "api-version"],
  ["service", /kind: Service/, "kind: {{ if }}", "helm-template"],
];

for (const name of ["NAVIGATOR_HELM3", "NAVIGATOR_HELM4"]) {
  Deno.test(`lint in ${name}`, async (t) => {
    const helm = part(name);
    await t.step("nothing is wrong with what create makes", () =>
      withTree(async (tree) => {
        const { code, findings } = await lint(helm, tree);
        equal(findings.filter(({ severity }) => severity === "error"), []);
        equal(code, 0);
      }));

    await t.step("values are given to helm, and judged", () =>
      withTree(async (tree) => {
        for (const [values, id] of VALUES) {
          const { ids, findings } = await lint(helm, tree, "--", "--set", values);
          equal([values, ids.includes(id)], [values, true]);
          equal(/hunter2|sig=secret/.test(JSON.stringify(findings)), false);
        }
        const shape = '[{"name":"x","shape":[1,3],"dtype":"float32"}]';
        const inputs = await lint(helm, tree, "--", "--set-json", `deployer.inputs=${shape}`);
        equal([inputs.code, inputs.ids.includes("batch-axis")], [1, true]);
        const tester = (values: string) =>
          lint(helm, `${tree}/m-tester`, "--", "--set", `image=a:1,${values}`);
        const latest = await tester("image=a:latest");
        equal([latest.code, latest.ids.includes("latest-tag")], [1, true]);
        for (const [seconds, tooShort] of [[600, true], [3600, false]] as const) {
          const { ids } = await tester(`deadlineSeconds=${seconds}`);
          equal([seconds, ids.includes("load-test-budget")], [seconds, tooShort]);
        }
      }));

    await t.step("templates that users spoil are found", async () => {
      for (const [file, from, to, id] of EDITS) {
        await withTree(async (tree) => {
          const chart = `${tree}/m-inference`;
          for (const each of [`${file}.yaml`, "_helpers.tpl"]) {
            const path = `${chart}/templates/${each}`;
            const text = await Deno.readTextFile(path);
            await Deno.writeTextFile(path, text.replace(from, to));
          }
          const { ids } = await lint(helm, chart);
          equal([to, ids.includes(id)], [to, true]);
        });
      }
    });

    await t.step("a plan is bound to one kind of GPU", () =>
      withTree(async (tree) => {
        const found = async (values: string) =>
          (await lint(helm, tree, "--", "--set", values)).ids.includes("plan-portability");
        equal(await found("replicaCount=2"), true);
        equal(await found("gpu.product={A100-SXM4-40GB,L4}"), true);
        equal(await found("gpu.product=A100-SXM4-40GB"), false);
      }, "m.plan"));

    await t.step("TensorFlow is gone from 25.03 on", () =>
      withTree(async (tree) => {
        for (const [release, gone] of [["25.02", false], ["25.03", true]] as const) {
          const image = `server.image=nvcr.io/nvidia/tritonserver:${release}-py3`;
          const { ids } = await lint(helm, tree, "--", "--set", image);
          equal([release, ids.includes("tensorflow-gone")], [release, gone]);
        }
      }, "m.savedmodel"));

    await t.step("what the chart refuses is said in its own words", () =>
      withTree(async (tree) => {
        const { code, findings, stderr } = await lint(
          helm,
          `${tree}/m-inference`,
          "--",
          "--set",
          "gpu.mig=mig-1g.5gb,gpu.limit=2",
        );
        const [failed] = findings;
        equal([code, failed?.id], [1, "helm-template"]);
        match(failed!.message, /MIG \(mig-1g\.5gb\) cannot be combined with a number of GPUs/);
        match(stderr, /^error: 1 error/);
      }));

    await t.step("any other chart is read too", async () => {
      const folder = await Deno.makeTempDir();
      try {
        await runProgram(helm, ["create", `${folder}/peer`]);
        const { code, ids } = await lint(helm, `${folder}/peer`);
        equal([code, ids.includes("pod-security/runAsNonRoot")], [1, true]);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  });
}
