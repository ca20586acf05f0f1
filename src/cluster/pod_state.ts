/** How far one pod of the inference release is and, if it does not go on, why. */

import { conditionOf, containerOf, type ContainerStatus, type KubeObject } from "./kube_object.ts";
import {
  endTrouble,
  podTrouble,
  schedulingTrouble,
  type Trouble,
  waitingTrouble,
} from "./trouble.ts";

export type Phase = "absent" | "scheduling" | "pulling" | "deploying" | "loading" | "serving";

export interface PodState extends Partial<Trouble> {
  readonly pod: string;
  readonly uid?: string;
  readonly phase: Phase;
  /** What the deployer last said: `fetch 43% 812/1890 MB 96 MB/s`. */
  readonly step?: string;
  /** What to do about the problem. */
  readonly advice?: string;
  /** Of an earlier revision, or on its way out. */
  readonly outdated?: boolean;
}

/** The deployer retries by itself what can be retried; Triton gets so many chances. */
const ENOUGH_RESTARTS = 3;

export function podState(object: KubeObject): PodState {
  const { name, uid } = object.metadata ?? {};
  const pod = { pod: name ?? "", ...(uid === undefined ? {} : { uid }) };
  const unscheduled = schedulingTrouble(object);
  if (unscheduled) return { ...pod, phase: "scheduling", ...unscheduled };
  const failed = podTrouble(object);
  if (failed) return { ...pod, phase: "deploying", ...failed };

  const status = object.status ?? {};
  const deployer = containerOf(status.initContainerStatuses, "deployer");
  const triton = containerOf(status.containerStatuses, "triton");
  const all = [...status.initContainerStatuses ?? [], ...status.containerStatuses ?? []];
  const others = all.filter((container) => container !== deployer && container !== triton);
  if (triton?.ready) {
    const unready = conditionOf(object, "Ready", "False");
    if (unready === undefined) return { ...pod, phase: "serving" };
    const why = othersTrouble(others) ?? { problem: unready.message ?? "the pod is not ready" };
    return { ...pod, phase: "loading", ...why };
  }
  const deploying = deployer?.state?.terminated?.exitCode !== 0 &&
    triton?.state?.running === undefined;
  const own = deploying ? deployer : triton;
  const why = containerTrouble(own, deploying) ?? othersTrouble(others);
  return { ...pod, phase: startPhase(own, deploying), ...why };
}

function startPhase(own: ContainerStatus | undefined, deploying: boolean): Phase {
  const { waiting, running, terminated } = own?.state ?? {};
  const begun = running ?? terminated ?? own?.lastState?.terminated ?? waitingTrouble(own);
  const pulls = waiting?.reason !== undefined && /Image/.test(waiting.reason);
  if (begun === undefined || pulls) return "pulling";
  return deploying ? "deploying" : "loading";
}

function containerTrouble(
  own: ContainerStatus | undefined,
  deploying: boolean,
): Trouble | undefined {
  const who = deploying ? "the deployer" : "Triton";
  const hopeless = deploying || (own?.restartCount ?? 0) >= ENOUGH_RESTARTS;
  const ended = endTrouble(own, who, hopeless);
  const waiting = waitingTrouble(own);
  const crashed = own?.state?.waiting?.reason === "CrashLoopBackOff";
  return crashed ? ended ?? waiting : waiting ?? ended;
}

/** Of containers that a mesh or the like has put into the pod. */
function othersTrouble(others: readonly ContainerStatus[]): Trouble | undefined {
  for (const container of others) {
    const who = `container ${container.name}`;
    const ended = container.state?.running ? undefined : endTrouble(container, who, false);
    const waiting = waitingTrouble(container);
    const found = ended ?? (waiting && { ...waiting, problem: `${who}: ${waiting.problem}` });
    if (found) return found;
  }
  return undefined;
}
