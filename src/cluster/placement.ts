/** Which nodes can take a pod, and why the others cannot. */

import { PRODUCT_LABEL } from "./gpu_offers.ts";
import { addAmounts, type Amounts, type KubeNode, type Taint } from "./kube_node.ts";
import { failedRequirements, type NodeSelectorTerm, printRequirement } from "./node_affinity.ts";
import { isDevice, podRequests, type PodSpec, type Toleration } from "./pod_spec.ts";

/** Why nodes can never take the pod, not counting what runs on them; those that are able are left out. */
export function obstaclesFor(
  pod: PodSpec,
  nodes: readonly KubeNode[],
): ReadonlyMap<string, string> {
  const asked = podRequests(pod);
  const found = new Map<string, string>();
  for (const node of nodes) {
    const why = obstacle(pod, asked, node);
    if (why !== undefined) found.set(node.name, why);
  }
  return found;
}

function obstacle(pod: PodSpec, asked: Amounts, node: KubeNode): string | undefined {
  const short = Object.keys(asked).filter((name) => asked[name]! > (node.allocatable[name] ?? 0));
  const device = short.find(isDevice);
  // The device says most: a node without GPUs fails in all else that GPUs are known by, too.
  if (device !== undefined) {
    return node.allocatable[device]
      ? `has fewer than ${asked[device]} ${device}`
      : `has no ${device}`;
  }
  return labelObstacle(pod, node) ?? taintObstacle(pod, node) ??
    (node.ready ? undefined : "is not ready") ??
    (short[0] && `has too little ${short[0]} for any such pod`);
}

/** Could it take the pod, if it had the device and the product that the pod asks for? */
export function isInReach(pod: PodSpec, node: KubeNode): boolean {
  const terms = requiredTerms(pod).map(({ matchExpressions = [], ...rest }) => ({
    ...rest,
    matchExpressions: matchExpressions.filter(({ key }) => key !== PRODUCT_LABEL),
  })).filter(({ matchExpressions, matchFields = [] }) =>
    matchExpressions.length + matchFields.length > 0
  );
  const nodeAffinity = {
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
  };
  return labelObstacle({ ...pod, affinity: { nodeAffinity } }, node) === undefined &&
    taintObstacle(pod, node) === undefined && node.ready;
}

export function requiredTerms({ affinity }: PodSpec): readonly NodeSelectorTerm[] {
  return affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    ?.nodeSelectorTerms ?? [];
}

function labelObstacle(pod: PodSpec, node: KubeNode): string | undefined {
  const selector = Object.entries(pod.nodeSelector ?? {})
    .map(([key, value]) => ({ key, operator: "In", values: [value] }));
  const selected = selector.length > 0 ? [{ matchExpressions: selector }] : [];
  const failed = failedRequirements(selected, node) ?? failedRequirements(requiredTerms(pod), node);
  return failed && `does not fulfil \`${failed.map(printRequirement).join("\` and \`")}\``;
}

function taintObstacle({ tolerations = [] }: PodSpec, { taints }: KubeNode): string | undefined {
  const taint = taints.find((each) =>
    each.effect !== "PreferNoSchedule" && !tolerations.some((one) => tolerates(one, each))
  );
  if (taint === undefined) return undefined;
  const { key = "", value, effect } = taint;
  if (key === "node.kubernetes.io/unschedulable") return "is cordoned";
  if (/^node\.kubernetes\.io\/(not-ready|unreachable)$/.test(key)) return "is not ready";
  return `has the taint ${key}${value ? `=${value}` : ""}:${effect}, which nothing tolerates`;
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
function tolerates({ key, operator = "Equal", value = "", effect }: Toleration, taint: Taint) {
  if (effect && effect !== taint.effect) return false;
  if (!key) return operator === "Exists";
  return key === taint.key && (operator === "Exists" || value === (taint.value ?? ""));
}

/** How many such pods fit beside what runs there. */
export function roomFor(asked: Amounts, node: KubeNode, used: Amounts): number {
  const fits = Object.entries(asked).filter(([, amount]) => amount > 0).map(([name, amount]) =>
    // Fractions of a core do not add up exactly.
    Math.floor(((node.allocatable[name] ?? 0) - (used[name] ?? 0)) / amount + 1e-6)
  );
  return Math.max(0, Math.min(...fits));
}

export function usedBy(pods: readonly PodSpec[]): Amounts {
  return pods.map(podRequests).reduce(addAmounts, {});
}

/** `3 nodes have no nvidia.com/gpu, node7 is cordoned`; the reason of most nodes first. */
export function printObstacles(obstacles: ReadonlyMap<string, string>): string {
  const nodes = new Map<string, string[]>();
  for (const [node, why] of obstacles) nodes.set(why, [...nodes.get(why) ?? [], node]);
  return [...nodes].toSorted(([, a], [, b]) => b.length - a.length)
    .map(([why, names]) =>
      names.length === 1 ? `${names[0]} ${why}` : `${names.length} nodes ${plural(why)}`
    )
    .join(", ");
}

function plural(why: string): string {
  return why.replace(/^has /, "have ").replace(/^is /, "are ").replace(/^does /, "do ");
}
