/** Does a node carry the labels that a pod requires? */

import type { KubeNode } from "./kube_node.ts";

/** https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly Requirement[];
  readonly matchFields?: readonly Requirement[];
}

export interface Requirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

/** The requirements that the node fails in the term where it fails fewest; undefined: it matches. */
export function failedRequirements(
  terms: readonly NodeSelectorTerm[],
  { labels, name }: KubeNode,
): readonly Requirement[] | undefined {
  const failed = terms.map(({ matchExpressions = [], matchFields = [] }) => [
    ...matchExpressions.filter((one) => !holds(one, labels[one.key ?? ""])),
    // Only metadata.name can be asked for.
    ...matchFields.filter((one) => !holds(one, name)),
    // A term that says nothing matches nothing.
    ...(matchExpressions.length + matchFields.length === 0 ? [{ key: "(an empty term)" }] : []),
  ]);
  if (failed.length === 0 || failed.some((list) => list.length === 0)) return undefined;
  return failed.toSorted((a, b) => a.length - b.length)[0];
}

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number(value) > Number(values[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** `nvidia.com/gpu.product is A100-SXM4-40GB`; names that differ by NVIDIA- alone count as one. */
export function printRequirement({ key = "?", operator, values = [] }: Requirement): string {
  const plain = [...new Set(values.map((value) => value.replace(/^NVIDIA-/, "")))].join(" or ");
  switch (operator) {
    case "In":
      return `${key} is ${plain}`;
    case "NotIn":
      return `${key} is not ${plain}`;
    case "Exists":
      return `${key} is there`;
    case "DoesNotExist":
      return `${key} is not there`;
    default:
      return `${key} ${operator ?? "?"} ${plain}`;
  }
}
