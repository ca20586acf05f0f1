/** How far the tester's Job is, told from what kubectl shows of it. */

import { conditionOf, containerOf, type KubeList, type KubeObject } from "./kube_object.ts";
import {
  endTrouble,
  podTrouble,
  schedulingTrouble,
  type Trouble,
  waitingTrouble,
} from "./trouble.ts";

export interface JobState {
  /** The Job's uid; undefined while there is none. */
  readonly job: string | undefined;
  readonly pod: string | undefined;
  /** The container runs or ran: it has a log. */
  readonly started: boolean;
  readonly finished: boolean;
  readonly succeeded: boolean;
  /** Why it does not go on or, once it has finished, why it failed. */
  readonly trouble?: Trouble;
}

/** @param list what `kubectl get jobs,pods` prints for the tester's release */
export function jobState(list: KubeList): JobState {
  const items = (list.items ?? []).filter((item) => !item.metadata?.deletionTimestamp);
  const job = items.find((item) => item.kind === "Job");
  // The pods of the run before have the same labels, and stay for a while.
  const pod = items.find((item) => item.kind === "Pod" && isOwnedBy(item, job));
  const tester = containerOf(pod?.status?.containerStatuses, "tester");
  const ended = tester?.state?.terminated;
  const phase = pod?.status?.phase;
  const failed = conditionOf(job, "Failed", "True") ?? conditionOf(job, "FailureTarget", "True");
  // The container's own end comes first: a sidecar may keep the pod, a controller is slow.
  const succeeded = ended !== undefined
    ? ended.exitCode === 0
    : phase === "Succeeded" || conditionOf(job, "Complete", "True") !== undefined;
  const why = succeeded
    ? undefined
    : endTrouble(tester, "the tester", false) ?? (pod && startTrouble(pod)) ??
      (failed && { problem: failed.message ?? failed.reason ?? "the Job failed" });
  return {
    job: job?.metadata?.uid,
    pod: pod?.metadata?.name,
    started: ended !== undefined || tester?.state?.running !== undefined,
    finished: succeeded || ended !== undefined || failed !== undefined || phase === "Failed",
    succeeded,
    ...(why === undefined ? {} : { trouble: why }),
  };
}

function isOwnedBy(pod: KubeObject, job: KubeObject | undefined): boolean {
  const uid = job?.metadata?.uid;
  return uid !== undefined &&
    (pod.metadata?.ownerReferences?.some((owner) => owner.uid === uid) ?? false);
}

function startTrouble(pod: KubeObject): Trouble | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const waiting = [...containerStatuses, ...initContainerStatuses].map(waitingTrouble);
  return schedulingTrouble(pod) ?? podTrouble(pod) ?? waiting.find((found) => found !== undefined);
}

export function describeJob({ pod, started, finished, trouble }: JobState): string {
  if (trouble) return `tester: ${trouble.problem}`;
  if (finished) return "tester: done";
  return `tester: ${started ? "running" : pod === undefined ? "no pod yet" : "starting"}`;
}
