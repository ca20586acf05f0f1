import { describeState, releaseState } from "../../../src/cluster/release_state.ts";
import { equal, match } from "../../support/assert.ts";
import {
  deployer,
  deployment,
  ended,
  pod,
  releaseList,
  replicaSet,
  rolledOut,
  running,
  triton,
  unscheduled,
  waiting,
} from "../../support/kube.ts";

const state = (...items: object[]) => releaseState(releaseList(...items));
const line = (...items: object[]) => describeState(state(...items));
const podOf = (status: object) => state(deployment(), pod(status)).pods[0]!;

Deno.test("a release's phases, from nothing to serving", () => {
  const rows: [object, string][] = [
    [unscheduled("0/1 nodes are available"), "scheduling, 0/1 nodes are available"],
    [{}, "pulling"],
    [deployer(waiting("PodInitializing")), "pulling"],
    [deployer(running), "deploying"],
    [triton(waiting("PodInitializing")), "pulling"],
    [triton(running), "loading"],
  ];
  equal(line(), "0/0 serving");
  for (const [status, says] of rows) {
    equal(line(deployment(), pod(status)), `0/1 serving; ${says}`);
  }
  equal(line(deployment(rolledOut), pod(triton({ ready: true, ...running }))), "1/1 serving");
  const two = [pod(deployer(running)), pod(triton(running), { name: "q" })];
  equal(line(deployment(), ...two), "0/1 serving; p: deploying; q: loading");
});

Deno.test("it is done only when the rollout is, not when an old pod serves", () => {
  const done = (status: object) => state(deployment(status)).done;
  equal(done(rolledOut), true);
  equal(done({ ...rolledOut, replicas: 2 }), false);
  equal(done({ ...rolledOut, updatedReplicas: 0 }), false);
  equal(done({ ...rolledOut, observedGeneration: 1 }), false);
});

Deno.test("last words are the reason; the deployer has retried by itself, Triton gets three chances", () => {
  const crashed = (exitCode: number, restartCount: number, reason?: string) => ({
    restartCount,
    ...waiting("CrashLoopBackOff", "back-off 10s"),
    lastState: ended(exitCode, "error: no such model\nhint: name another\n", reason).state,
  });
  equal(podOf(deployer(crashed(1, 0))), {
    pod: "p",
    uid: "pod-1",
    phase: "deploying",
    problem: "the deployer ended with exit code 1: no such model",
    details: "hint: name another",
    hopeless: true,
  });
  equal(podOf(triton(crashed(1, 1))).hopeless, undefined);
  equal(podOf(triton(crashed(1, 3))).hopeless, true);
  match(
    podOf(triton(crashed(137, 1, "OOMKilled"))).problem!,
    /Triton .* code 137 \(OOMKilled\): no/,
  );
  equal(podOf(triton(crashed(0, 1))).problem, "CrashLoopBackOff: back-off 10s");
});

Deno.test("what keeps a container from starting is said, and whether waiting helps", () => {
  const rows: [string, string | undefined, string, "hopeless" | "doubtful" | undefined][] = [
    ["InvalidImageName", "bad name", "pulling: cannot pull the image: bad name", "hopeless"],
    [
      "ErrImageNeverPull",
      undefined,
      "pulling: cannot pull the image: ErrImageNeverPull",
      "hopeless",
    ],
    [
      "ErrImagePull",
      "r/a:1: not found",
      "pulling: cannot pull the image: r/a:1: not found",
      "doubtful",
    ],
    [
      "ImagePullBackOff",
      "manifest unknown",
      "pulling: cannot pull the image: manifest unknown",
      "doubtful",
    ],
    [
      "ErrImagePull",
      "pull access denied",
      "pulling: cannot pull the image: pull access denied",
      "doubtful",
    ],
    [
      "ErrImagePull",
      "401 Unauthorized",
      "pulling: cannot pull the image: 401 Unauthorized",
      "doubtful",
    ],
    [
      "ErrImagePull",
      "dial tcp: i/o timeout",
      "pulling: cannot pull the image: dial tcp: i/o timeout",
      undefined,
    ],
    ["ImagePullBackOff", "Back-off", "pulling: cannot pull the image: Back-off", undefined],
    [
      "CreateContainerConfigError",
      'secret "s" not found',
      'deploying: cannot start the container: secret "s" not found',
      undefined,
    ],
    [
      "CreateContainerConfigError",
      "container has runAsNonRoot and image will run as root",
      "deploying: container has runAsNonRoot and image will run as root",
      "hopeless",
    ],
    [
      "CreateContainerError",
      "no command",
      "deploying: cannot start the container: no command",
      "doubtful",
    ],
    [
      "CreateContainerError",
      "context deadline exceeded",
      "deploying: cannot start the container: context deadline exceeded",
      undefined,
    ],
    [
      "RunContainerError",
      "executable file not found",
      "deploying: cannot start the container: executable file not found",
      "doubtful",
    ],
    ["PostStartHookError", "odd", "deploying: PostStartHookError: odd", undefined],
    ["SomethingNew", undefined, "deploying: SomethingNew", undefined],
  ];
  for (const [reason, message, says, hope] of rows) {
    const { phase, problem, hopeless, doubtful } = podOf(deployer(waiting(reason, message)));
    equal([`${phase}: ${problem}`, hopeless, doubtful], [
      says,
      hope === "hopeless" || undefined,
      hope === "doubtful" || undefined,
    ]);
  }
});

Deno.test("containers are told by their names, whatever a mesh puts in front of them", () => {
  const [init] = deployer(running).initContainerStatuses;
  const [main] = triton({ ready: true, ...running }).containerStatuses;
  const mesh = { name: "istio-init", ...ended(0) };
  const proxy = { name: "istio-proxy", ready: false, ...running };
  equal(podOf({ initContainerStatuses: [mesh, proxy, init] }).phase, "deploying");
  const done = { name: "deployer", ...ended(0) };
  const serving = { initContainerStatuses: [mesh, done], containerStatuses: [proxy, main] };
  equal(podOf(serving).phase, "serving");
  const unready = {
    ...serving,
    conditions: [{ type: "Ready", status: "False", message: "unready: [istio-proxy]" }],
  };
  equal([podOf(unready).phase, podOf(unready).problem], ["loading", "unready: [istio-proxy]"]);
  const stuck = { name: "istio-init", ...waiting("ErrImagePull", "i/o timeout") };
  equal(
    podOf({ initContainerStatuses: [stuck, { ...init, ...waiting("PodInitializing") }] }).problem,
    "container istio-init: cannot pull the image: i/o timeout",
  );
});

Deno.test("an upgrade is not judged by the pods of the revision that it replaces", () => {
  const old = pod(deployer(ended(1, "old")), { ownerReferences: [{ name: "d-1" }] });
  const items = [replicaSet("d-1", "old"), deployment(), old];
  for (const list of [items, [...items, replicaSet()]]) {
    const seen = releaseState({ items: list });
    equal([seen.pods[0]?.hopeless, seen.pods[0]?.outdated], [undefined, true]);
    equal(describeState(seen), "0/1 serving");
  }
  const leaving = pod(deployer(ended(1, "killed")), { deletionTimestamp: "2024-01-01T00:00:00Z" });
  equal(state(deployment(), leaving).pods[0]!.outdated, true);
});

Deno.test("a refused pod is not hidden by the old ones, nor blamed on the wrong revision", () => {
  const refused = (message: string) => ({
    conditions: [{ type: "ReplicaFailure", status: "True", message }],
  });
  const old = pod(triton({ ready: true, ...running }), { ownerReferences: [{ name: "d-1" }] });
  const security = replicaSet("d-2", "new", refused("violates PodSecurity"));
  const seen = releaseState({ items: [deployment(rolledOut), security, old] });
  equal(
    describeState(seen),
    "1/1 serving; absent, the cluster refuses the pod: violates PodSecurity",
  );
  equal(seen.pods[0]!.hopeless, true);
  const quota = replicaSet("d-2", "new", refused("exceeded quota"));
  const [first] = releaseState({ items: [deployment(), quota] }).pods;
  equal([first!.hopeless, first!.doubtful], [undefined, true]);
  const before = replicaSet("d-1", "old", refused("violates PodSecurity"));
  equal(line(deployment(refused("violates PodSecurity")), before), "0/1 serving");
});

Deno.test("a pod that was evicted is replaced; three of them are enough", () => {
  const evicted = (name: string) =>
    pod({ phase: "Failed", reason: "Evicted", message: "low on disk" }, { name });
  const two = state(deployment(), evicted("a"), evicted("b")).pods;
  equal([two[0]!.problem, two[0]!.hopeless], ["Evicted: low on disk", undefined]);
  equal(state(deployment(), evicted("a"), evicted("b"), evicted("c")).pods[0]!.hopeless, true);
});
