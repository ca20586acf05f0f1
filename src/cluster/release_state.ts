/** Where a release is and, if it is stuck, why: told from what kubectl shows of its pods. */

/** The parts of kubectl's JSON that we read; everything may be missing in an object just made. */
export interface PodList {
  readonly items?: readonly KubeObject[];
}

interface KubeObject {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly generation?: number };
  readonly spec?: { readonly replicas?: number };
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
}

export interface ReleaseState {
  readonly deployment: string | undefined;
  readonly wanted: number;
  readonly available: number;
  readonly done: boolean;
  readonly pods: readonly PodState[];
}

/** @param list what `kubectl get deployments,pods` prints for the release */
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
  const pods = items.filter((item) => item.kind === "Pod").map(podState);
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

/** After so many restarts of the deployer, one more will not help either. */
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
      hopeless: ended.exitCode === 2 || (container?.restartCount ?? 0) >= ENOUGH_RESTARTS,
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
  const rest = state.pods.filter((pod) => pod.phase !== "serving");
  return [
    `${state.available}/${state.wanted} serving`,
    ...rest.map(({ pod, phase, problem }) => `${pod}: ${phase}${problem ? `, ${problem}` : ""}`),
  ].join("; ");
}
