/** Where a release is and, if it is stuck, why: told from what kubectl shows of its pods. */

import { isDeepStrictEqual } from "node:util";

/** The parts of kubectl's JSON that we read; everything may be missing in an object just made. */
export interface PodList {
  readonly items?: readonly KubeObject[];
}

interface KubeObject {
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly generation?: number;
    readonly ownerReferences?: readonly { readonly name?: string }[];
  };
  readonly spec?: { readonly replicas?: number; readonly template?: PodTemplate };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
}

interface Condition {
  readonly type?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
}

interface ContainerStatus {
  readonly name?: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: Record<string, unknown>;
  readonly terminated?: {
    readonly exitCode?: number;
    readonly reason?: string;
    readonly message?: string;
  };
}

export type Phase = "absent" | "scheduling" | "pulling" | "deploying" | "loading" | "serving";

export interface PodState {
  readonly pod: string;
  readonly phase: Phase;
  /** Why it does not go on. */
  readonly problem?: string;
  /** No amount of waiting helps. */
  readonly hopeless?: boolean;
  /** Of an earlier revision, and on its way out. */
  readonly outdated?: boolean;
}

export interface ReleaseState {
  readonly deployment: string | undefined;
  readonly wanted: number;
  readonly available: number;
  readonly done: boolean;
  readonly pods: readonly PodState[];
}

/** @param list what `kubectl get deployments,replicasets,pods` prints for the release */
export function releaseState(list: PodList): ReleaseState {
  const items = list.items ?? [];
  const deployment = items.find((item) => item.kind === "Deployment");
  const wanted = deployment?.spec?.replicas ?? 0;
  const status = deployment?.status ?? {};
  const available = status.availableReplicas ?? 0;
  const rolledOut = deployment !== undefined &&
    status.observedGeneration === deployment.metadata?.generation &&
    (status.updatedReplicas ?? 0) === wanted && (status.replicas ?? 0) === wanted;
  const refused = status.conditions?.find((c) =>
    c.type === "ReplicaFailure" && c.status === "True"
  );
  const current = items.find((item) =>
    item.kind === "ReplicaSet" && hasTemplateOf(item, deployment)
  );
  const pods = items.filter((item) => item.kind === "Pod").map((pod): PodState =>
    pod.metadata?.ownerReferences?.[0]?.name === current?.metadata?.name
      ? podState(pod)
      : { ...podState(pod), hopeless: false, outdated: true }
  );
  return {
    deployment: deployment?.metadata?.name,
    wanted,
    available,
    done: rolledOut && available === wanted,
    pods: refused === undefined || pods.length > 0 ? pods : [{
      pod: deployment?.metadata?.name ?? "",
      phase: "absent",
      problem: `the cluster refuses the pod: ${refused.message}`,
      hopeless: true,
    }],
  };
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

/** The deployer retries by itself what can be retried; Triton gets so many chances. */
const ENOUGH_RESTARTS = 3;

function podState(object: KubeObject): PodState {
  const pod = object.metadata?.name ?? "";
  const status = object.status ?? {};
  const unscheduled = status.conditions?.find((c) =>
    c.type === "PodScheduled" && c.status === "False"
  );
  if (unscheduled) {
    return { pod, phase: "scheduling", ...problem(unscheduled.message ?? unscheduled.reason) };
  }
  if (status.phase === "Failed") {
    const why = [status.reason, status.message].filter(Boolean).join(": ");
    return { pod, phase: "deploying", problem: why || "the pod failed", hopeless: true };
  }
  const init = status.initContainerStatuses?.[0];
  const main = status.containerStatuses?.[0];
  const deploying = init?.state?.terminated?.exitCode !== 0;
  const container = deploying ? init : main;
  const phase: Phase = main?.ready ? "serving" : deploying ? "deploying" : "loading";
  const waiting = container?.state?.waiting;
  if (waiting?.reason && /^(ErrImage|ImagePull|InvalidImage)/.test(waiting.reason)) {
    const what = `cannot pull the image: ${waiting.message ?? waiting.reason}`;
    return { pod, phase: "pulling", problem: what };
  }
  if (waiting?.reason === "CreateContainerConfigError") {
    return { pod, phase, problem: waiting.message ?? waiting.reason };
  }
  const ended = container?.state?.terminated ?? container?.lastState?.terminated;
  if (ended !== undefined && ended.exitCode !== 0 && phase !== "serving") {
    const who = deploying ? "the deployer" : "Triton";
    const said = ended.message?.trim() || ended.reason || "no reason given";
    return {
      pod,
      phase,
      problem: `${who} ended with exit code ${ended.exitCode}: ${said}`,
      hopeless: deploying || (container?.restartCount ?? 0) >= ENOUGH_RESTARTS,
    };
  }
  if (container?.state?.running === undefined && phase !== "serving") {
    return { pod, phase: "pulling" };
  }
  return { pod, phase };
}

function problem(text: string | undefined): { problem?: string } {
  return text === undefined ? {} : { problem: text };
}

/** `1/2 serving; pod-abc: deploying` */
export function describeState(state: ReleaseState): string {
  const rest = state.pods.filter((pod) => pod.phase !== "serving" && !pod.outdated);
  return [
    `${state.available}/${state.wanted} serving`,
    ...rest.map(({ pod, phase, problem }) => `${pod}: ${phase}${problem ? `, ${problem}` : ""}`),
  ].join("; ");
}
