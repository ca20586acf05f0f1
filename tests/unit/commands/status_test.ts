import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { type FakeTool, fakeWorld } from "../../support/fake_world.ts";
import {
  deployer,
  deployment,
  ended,
  json,
  pod,
  replicaSet,
  rolledOut,
  running,
  triton,
  unscheduled,
  waiting,
} from "../../support/kube.ts";

async function status(items: readonly object[], tools: readonly FakeTool[] = [], flags = "") {
  const world = fakeWorld({
    tools: [
      { starts: "helm status r --output json", answer: "{}" },
      {
        starts: "kubectl get deployments,replicasets,pods --selector " +
          "app.kubernetes.io/instance=r,app.kubernetes.io/component=inference",
        answer: json(replicaSet(), ...items),
      },
      ...tools,
    ],
  });
  equal(await run(["status", "r", ...flags.split(" ").filter(Boolean)], world), 0);
  world.done();
  return world.stdout.join("\n");
}

Deno.test("status: a release that is not there", async () => {
  const world = fakeWorld({
    tools: [{ starts: "helm status r", fails: "Error: release: not found" }],
  });
  equal(await run(["status", "r"], world), 1);
  match(world.stderr.join("\n"), /release: not found[\s\S]*hint: `helm list`/);
});

Deno.test("status: serving, and what is on its way out", async () => {
  const serving = triton({ ready: true, ...running });
  const old = pod(serving, { name: "o", ownerReferences: [{ name: "d-1" }] });
  equal(
    await status([deployment(rolledOut), pod(serving), old]),
    "r: 1/1 serving\nPOD  PHASE\np    serving\no    serving (old)",
  );
});

Deno.test("status: how far the deployer is, told from its log", async () => {
  const log = (tool: Partial<FakeTool>) => [{
    starts: "kubectl logs p --container deployer --tail 1",
    ...tool,
  }];
  const items = [deployment(), pod(deployer(running))];
  equal(
    await status(items, log({ answer: "fetch 43% 812/1890 MB 96 MB/s\n" })),
    "r: 0/1 serving\nPOD  PHASE\np    deploying: fetch 43% 812/1890 MB 96 MB/s",
  );
  equal(
    await status(items, log({ fails: "no log" })),
    "r: 0/1 serving\nPOD  PHASE\np    deploying",
  );
});

Deno.test("status: a short reason stands in the table, a long one below it, within 80 columns", async () => {
  const long = "0/9 nodes are available: 9 node(s) didn't match Pod's node affinity/selector";
  const words = "cannot fetch it: 404\nhint: name another\n";
  const name = "magika-inference-6d5f7c9b8d-abcde";
  equal(
    await status([
      deployment(),
      pod(deployer(waiting("Odd")), { name: "short" }),
      pod(unscheduled(long), { name }),
      pod(deployer(ended(1, words)), { name: "p" }),
    ]),
    `r: 0/1 serving
POD                                PHASE       PROBLEM
short                              deploying   Odd
${name}  scheduling
p                                  deploying

${name}:
  ${long}

p:
  the deployer ended with exit code 1: cannot fetch it: 404
  hint: name another`,
  );
});

Deno.test("status: what a node waits for is told from the events", async () => {
  const warning = { type: "Warning", message: 'secret "s" not found' };
  const events = {
    starts: "kubectl get events --field-selector involvedObject.uid=pod-1 --output json",
    answer: JSON.stringify({ items: [warning] }),
  };
  match(
    await status([deployment(), pod(deployer(waiting("PodInitializing")))], [events]),
    /p +pulling +secret "s" not found$/,
  );
});

Deno.test("status: JSON keeps everything", async () => {
  const out = await status(
    [deployment(), pod(deployer(ended(1, "no model\nhint: x")))],
    [],
    "--output json",
  );
  equal(JSON.parse(out), {
    release: "r",
    deployment: "d",
    wanted: 1,
    available: 0,
    done: false,
    pods: [{
      pod: "p",
      uid: "pod-1",
      phase: "deploying",
      problem: "the deployer ended with exit code 1: no model",
      details: "hint: x",
      hopeless: true,
    }],
  });
});
