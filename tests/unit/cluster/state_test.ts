import { jobState } from "../../../src/cluster/job_state.ts";
import { describeState, releaseState } from "../../../src/cluster/release_state.ts";
import { equal } from "../../support/assert.ts";

const template = (image: string, labels = {}) => ({
  metadata: { labels },
  spec: { containers: [{ image }] },
});
const replicaSet = (name: string, image: string) => ({
  kind: "ReplicaSet",
  metadata: { name },
  spec: { template: template(image, { "pod-template-hash": name }) },
});
const current = replicaSet("d-2", "new");
const deployment = (status: object) => ({
  kind: "Deployment",
  metadata: { name: "d", generation: 2 },
  spec: { replicas: 1, template: template("new") },
  status: { observedGeneration: 2, ...status },
});
const pod = (status: object, owner = "d-2") => ({
  kind: "Pod",
  metadata: { name: "p", ownerReferences: [{ name: owner }] },
  status,
});
const line = (...items: object[]) => describeState(releaseState({ items: [current, ...items] }));

Deno.test("a release's phases, from nothing to serving", () => {
  const waiting = deployment({});
  const unschedulable = {
    type: "PodScheduled",
    status: "False",
    message: "0/1 nodes are available: 1 Insufficient nvidia.com/gpu.",
  };
  const done = { state: { terminated: { exitCode: 0 } } };
  equal(line(), "0/0 serving");
  equal(
    line(waiting, pod({ conditions: [unschedulable] })),
    "0/1 serving; p: scheduling, 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.",
  );
  equal(
    line(
      waiting,
      pod({ initContainerStatuses: [{ state: { waiting: { reason: "PodInitializing" } } }] }),
    ),
    "0/1 serving; p: pulling",
  );
  equal(
    line(
      waiting,
      pod({
        initContainerStatuses: [{
          state: { waiting: { reason: "ImagePullBackOff", message: "no such image" } },
        }],
      }),
    ),
    "0/1 serving; p: pulling, cannot pull the image: no such image",
  );
  equal(
    line(waiting, pod({ initContainerStatuses: [{ state: { running: {} } }] })),
    "0/1 serving; p: deploying",
  );
  equal(
    line(
      waiting,
      pod({ initContainerStatuses: [done], containerStatuses: [{ state: { running: {} } }] }),
    ),
    "0/1 serving; p: loading",
  );
  equal(
    line(
      deployment({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 }),
      pod({
        initContainerStatuses: [done],
        containerStatuses: [{ ready: true, state: { running: {} } }],
      }),
    ),
    "1/1 serving",
  );
});

Deno.test("it is done only when the rollout is, not when an old pod serves", () => {
  const state = (status: object) => releaseState({ items: [deployment(status)] }).done;
  equal(state({ replicas: 1, updatedReplicas: 1, availableReplicas: 1 }), true);
  equal(state({ replicas: 2, updatedReplicas: 1, availableReplicas: 1 }), false);
  equal(state({ replicas: 1, updatedReplicas: 0, availableReplicas: 1 }), false);
  equal(
    state({ observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 }),
    false,
  );
});

Deno.test("last words are the reason; the deployer has retried by itself, Triton gets three chances", () => {
  const ended = (exitCode: number) => ({
    state: { waiting: { reason: "CrashLoopBackOff" } },
    lastState: { terminated: { exitCode, message: "error: no such model\n" } },
  });
  const state = (status: object) =>
    releaseState({ items: [current, deployment({}), pod(status)] }).pods[0]!;
  equal(state({ initContainerStatuses: [{ restartCount: 0, ...ended(1) }] }), {
    pod: "p",
    phase: "deploying",
    problem: "the deployer ended with exit code 1: error: no such model",
    hopeless: true,
  });
  const done = { state: { terminated: { exitCode: 0 } } };
  const triton = (restartCount: number) =>
    state({ initContainerStatuses: [done], containerStatuses: [{ restartCount, ...ended(1) }] });
  equal(triton(1).hopeless, false);
  equal(triton(3).hopeless, true);
  equal(triton(3).problem, "Triton ended with exit code 1: error: no such model");
});

Deno.test("an upgrade is not judged by the pods of the revision that it replaces", () => {
  const failed = {
    initContainerStatuses: [{ state: { terminated: { exitCode: 1, message: "old" } } }],
  };
  const items = [replicaSet("d-1", "old"), deployment({}), pod(failed, "d-1")];
  for (const list of [items, [...items, current]]) {
    const state = releaseState({ items: list });
    equal([state.pods[0]?.hopeless, state.pods[0]?.outdated], [false, true]);
    equal(describeState(state), "0/1 serving");
  }
});

Deno.test("a pod that the cluster refuses is told from the Deployment", () => {
  const condition = { type: "ReplicaFailure", status: "True", message: "violates PodSecurity" };
  equal(
    line(deployment({ conditions: [condition] })),
    "0/1 serving; d: absent, the cluster refuses the pod: violates PodSecurity",
  );
});

Deno.test("the tester's Job", () => {
  const job = (conditions: object[]) => ({ kind: "Job", status: { conditions } });
  equal(jobState({ items: [] }), {
    pod: undefined,
    started: false,
    finished: false,
    succeeded: false,
    line: "tester: pending",
  });
  equal(jobState({ items: [job([]), pod({ phase: "Running" })] }).started, true);
  const done = jobState({
    items: [
      job([]),
      pod({ phase: "Succeeded", containerStatuses: [{ state: { terminated: { exitCode: 0 } } }] }),
    ],
  });
  equal([done.finished, done.succeeded, done.started], [true, true, true]);
  const late = jobState({
    items: [
      job([{
        type: "Failed",
        status: "True",
        message: "Job was active longer than specified deadline",
      }]),
    ],
  });
  equal([late.finished, late.succeeded, late.line], [
    true,
    false,
    "Job was active longer than specified deadline",
  ]);
});
