/** Where a release is and, if it is stuck, why: told from what kubectl shows of its pods. */

import { isDeepStrictEqual } from "node:util";
import { conditionOf, type KubeList, type KubeObject } from "./kube_object.ts";
import { type PodState, podState } from "./pod_state.ts";
import { refusalTrouble } from "./trouble.ts";

export interface ReleaseState {
  readonly deployment: string | undefined;
  /** How long a rollout may take, as the release's own values have it. */
  readonly budgetSeconds: number | undefined;
  readonly wanted: number;
  readonly available: number;
  readonly done: boolean;
  readonly pods: readonly PodState[];
}

/** @param list what `kubectl get deployments,replicasets,pods` prints for the release */
export function releaseState(list: KubeList): ReleaseState {
  const items = list.items ?? [];
  const deployment = items.find((item) => item.kind === "Deployment");
  const wanted = deployment?.spec?.replicas ?? 0;
  const status = deployment?.status ?? {};
  const available = status.availableReplicas ?? 0;
  const rolledOut = deployment !== undefined &&
    status.observedGeneration === deployment.metadata?.generation &&
    (status.updatedReplicas ?? 0) === wanted && (status.replicas ?? 0) === wanted;
  const current = items.find((item) =>
    item.kind === "ReplicaSet" && hasTemplateOf(item, deployment)
  );
  return {
    deployment: deployment?.metadata?.name,
    budgetSeconds: deployment?.spec?.progressDeadlineSeconds,
    wanted,
    available,
    done: rolledOut && available === wanted,
    pods: [...refused(current), ...podStates(items, current)],
  };
}

/** A pod that fails as a whole is replaced; when so many have failed, the next one will too. */
const ENOUGH_FAILURES = 3;

function podStates(items: readonly KubeObject[], current: KubeObject | undefined): PodState[] {
  const pods = items.filter((item) => item.kind === "Pod");
  const isCurrent = ({ metadata }: KubeObject) =>
    current !== undefined && metadata?.deletionTimestamp === undefined &&
    metadata?.ownerReferences?.some(({ name }) => name === current.metadata?.name);
  const failed = pods.filter((pod) => isCurrent(pod) && pod.status?.phase === "Failed");
  return pods.map((pod) => {
    const { hopeless, doubtful, ...state } = podState(pod);
    if (!isCurrent(pod)) return { ...state, outdated: true };
    if (failed.length >= ENOUGH_FAILURES && failed.includes(pod)) {
      return { ...state, hopeless: true };
    }
    return { ...state, ...(hopeless ? { hopeless } : {}), ...(doubtful ? { doubtful } : {}) };
  });
}

/** The ReplicaSet's own word: the Deployment's may be of the revision before. */
function refused(current: KubeObject | undefined): PodState[] {
  const condition = conditionOf(current, "ReplicaFailure", "True");
  if (condition === undefined) return [];
  const said = condition.message ?? condition.reason ?? "no reason given";
  return [{ pod: current?.metadata?.name ?? "", phase: "absent", ...refusalTrouble(said) }];
}

/**
 * As the Deployment's controller finds its current ReplicaSet. The revision annotations cannot tell:
 * with `Recreate` they change only when the old pods are gone.
 */
function hasTemplateOf(replicaSet: KubeObject, deployment: KubeObject | undefined): boolean {
  const { "pod-template-hash": _, ...labels } = replicaSet.spec?.template?.metadata?.labels ?? {};
  const template = replicaSet.spec?.template;
  const unhashed = { ...template, metadata: { ...template?.metadata, labels } };
  return isDeepStrictEqual(unhashed, deployment?.spec?.template);
}

/** `1/2 serving; pod-abc: deploying, fetch 43% 812/1890 MB 96 MB/s` */
export function describeState(state: ReleaseState): string {
  const rest = state.pods.filter((pod) => pod.phase !== "serving" && !pod.outdated);
  return [
    `${state.available}/${state.wanted} serving`,
    ...rest.map(({ pod, phase, problem, step }) =>
      [`${rest.length === 1 ? "" : `${pod}: `}${phase}`, problem ?? step]
        .filter((part) => part !== undefined).join(", ")
    ),
  ].join("; ");
}
