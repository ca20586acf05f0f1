import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { type Answer, type FakeTool, fakeWorld, inFolder } from "../../support/fake_world.ts";
import { deployer, deployment, json, pod, replicaSet, waiting } from "../../support/kube.ts";

const helm: FakeTool = { starts: "helm upgrade --install m-inference" };

/** `install` of a chart that `create` has made with its defaults. */
async function install(line: string, tools: readonly FakeTool[]) {
  const world = fakeWorld({ tools });
  await inFolder(async () => {
    const create = ["create", "--model-name", "m", "--model-path", "m.onnx", "--no-lint"];
    equal(await run(create, fakeWorld()), 0);
    equal(
      await run(["install", "--skip-preflight", ...line.split(" ")], world),
      line.includes("--wait") ? 1 : 0,
    );
  });
  world.done();
  return world;
}

Deno.test("install: flags become the chart's values", async () => {
  const rows: [string, object][] = [
    ["--aws-secret a --azure-secret b --gcs-secret c", {
      deployer: { awsCredentialsFile: "a", azureCredentialsFile: "b", gcsCredentialsFile: "c" },
    }],
    ["--pull-secret p --replicas 0", { imagePullSecret: "p", replicaCount: 0 }],
  ];
  for (const [flags, values] of rows) {
    let stdin: string | undefined;
    const hear: Answer = (command) => {
      stdin = command.stdin;
      return "";
    };
    const world = await install(flags, [{ ...helm, answer: hear }]);
    equal(JSON.parse(stdin!), values);
    equal(world.stdout, ["m-inference"]);
  }
});

Deno.test("install: waits as long as the release's own values allow", async () => {
  const starting = (spec: object) =>
    json(replicaSet(), deployment({}, spec), pod(deployer(waiting("PodInitializing"))));
  const rows: [string, object, number][] = [
    // What helm was given after `--`, and not what the chart says.
    ["--wait -- --set deployer.deadlineSeconds=50", { progressDeadlineSeconds: 700 }, 700],
    ["--wait --timeout 2m", { progressDeadlineSeconds: 700 }, 120],
  ];
  for (const [flags, spec, seconds] of rows) {
    const down = { code: 1, stderr: "connection refused" };
    const answers = flags.includes("timeout") ? [starting(spec)] : [down, starting(spec)];
    const world = await install(flags, [
      helm,
      { starts: "kubectl get deployments,replicasets,pods", answers },
      { starts: "kubectl get events", answer: "{}" },
    ]);
    match(world.stderr.join("\n"), new RegExp(`does not serve after ${seconds} s: 0/1 serving`));
  }
});

Deno.test("install: a release without a Deployment is not waited for", async () => {
  const world = await install("--wait", [
    helm,
    { starts: "kubectl get deployments,replicasets,pods", answer: json() },
  ]);
  match(world.stderr.join("\n"), /^error: release m-inference has no Deployment$/m);
});
