/** Why a pod does not go on, and whether waiting may help. */

import { conditionOf, type ContainerStatus, type KubeObject } from "./kube_object.ts";
import { summarize } from "./sentence.ts";

export interface Trouble {
  /** One sentence. */
  readonly problem: string;
  /** What else was said, line by line. */
  readonly details?: string;
  /** No amount of waiting helps. */
  readonly hopeless?: boolean;
  /** It may still mend, but is hopeless once it has lasted: see patience.ts. */
  readonly doubtful?: boolean;
}

type Hope = Pick<Trouble, "hopeless" | "doubtful">;

const NONE: Hope = { hopeless: true };
const LITTLE: Hope = { doubtful: true };
const SOME: Hope = {};

function trouble(what: string, said: string, hope: Hope): Trouble {
  const { sentence, details } = summarize(said);
  return { problem: `${what}${sentence}`, ...(details ? { details } : {}), ...hope };
}

/** A node may come: an autoscaler's, or one whose pods end. */
export function schedulingTrouble(pod: KubeObject): Trouble | undefined {
  const condition = conditionOf(pod, "PodScheduled", "False");
  if (condition === undefined) return undefined;
  return trouble("", condition.message ?? condition.reason ?? "no node takes the pod", SOME);
}

/** The pod as a whole has failed: evicted, or refused by its node. */
export function podTrouble(pod: KubeObject): Trouble | undefined {
  if (pod.status?.phase !== "Failed") return undefined;
  const why = [pod.status.reason, pod.status.message].filter(Boolean).join(": ");
  return trouble("", why || "the pod failed", SOME);
}

/** @param message of a controller that may not make its pod */
export function refusalTrouble(message: string): Trouble {
  // A quota is freed, an admission webhook comes back; a pod's security stays what it is.
  const hope = /violates PodSecurity/i.test(message) ? NONE : LITTLE;
  return trouble("the cluster refuses the pod: ", message, hope);
}

const USUAL = ["PodInitializing", "ContainerCreating"];
/** The registry has answered, and with no: a timeout or a name server says nothing of this kind. */
const FINAL_PULL =
  /not ?found|(manifest|name) unknown|unauthorized|authorization failed|denied|forbidden|no match for platform/i;
/** What is missing may come, what was slow may be quicker next time. */
const HEALING =
  /(secret|configmap) .*not found|find key|failed to sync|deadline|time(d )?out|unavailable|reserved/i;

/** Why a container does not start. https://kubernetes.io/docs/concepts/containers/images/ */
export function waitingTrouble(container: ContainerStatus | undefined): Trouble | undefined {
  const { reason, message } = container?.state?.waiting ?? {};
  if (reason === undefined || USUAL.includes(reason)) return undefined;
  const said = message || reason;
  switch (reason) {
    case "InvalidImageName":
    case "ErrImageNeverPull":
      return trouble("cannot pull the image: ", said, NONE);
    case "ErrImagePull":
    case "ImagePullBackOff":
      return trouble("cannot pull the image: ", said, FINAL_PULL.test(said) ? LITTLE : SOME);
    case "CreateContainerConfigError":
    case "CreateContainerError":
    case "RunContainerError":
      if (/runAsNonRoot|non-numeric user/.test(said)) return trouble("", said, NONE);
      return trouble("cannot start the container: ", said, HEALING.test(said) ? SOME : LITTLE);
    default:
      return trouble(message ? `${reason}: ` : "", said, SOME);
  }
}

/** @param who `the deployer`, for a container that has ended with an error, now or the last time */
export function endTrouble(
  container: ContainerStatus | undefined,
  who: string,
  hopeless: boolean,
): Trouble | undefined {
  const ended = container?.state?.terminated ?? container?.lastState?.terminated;
  if (ended === undefined || ended.exitCode === 0) return undefined;
  const { exitCode, reason, message } = ended;
  const code = reason && reason !== "Error" ? `${exitCode} (${reason})` : exitCode;
  const said = message?.trim() || "no reason given";
  return trouble(`${who} ended with exit code ${code}: `, said, hopeless ? NONE : SOME);
}
