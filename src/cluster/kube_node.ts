/** A node as the scheduler sees it. */

import { parseQuantity } from "../text/quantity.ts";

/** What kubectl and the API show of a node; everything may be missing. */
export interface NodeObject {
  readonly metadata?: {
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: { readonly unschedulable?: boolean; readonly taints?: readonly Taint[] };
  readonly status?: {
    readonly allocatable?: Quantities;
    readonly conditions?: readonly { readonly type?: string; readonly status?: string }[];
  };
}

export interface Taint {
  readonly key?: string;
  readonly value?: string;
  readonly effect?: string;
}

export type Quantities = Readonly<Record<string, string | number>>;

/** `nvidia.com/gpu` → 1, `memory` → bytes */
export type Amounts = Readonly<Record<string, number>>;

export interface KubeNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly allocatable: Amounts;
  readonly ready: boolean;
}

export function kubeNode({ metadata, spec, status }: NodeObject): KubeNode {
  const cordoned = spec?.unschedulable
    ? [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }]
    : [];
  const others = (spec?.taints ?? []).filter(({ key }) => key !== cordoned[0]?.key);
  return {
    name: metadata?.name ?? "",
    labels: metadata?.labels ?? {},
    taints: [...cordoned, ...others],
    allocatable: amounts(status?.allocatable),
    ready: status?.conditions?.some((c) => c.type === "Ready" && c.status === "True") ?? false,
  };
}

export function amounts(quantities: Quantities = {}): Amounts {
  return Object.fromEntries(
    Object.entries(quantities).map(([name, value]) => [name, parseQuantity(value) ?? 0]),
  );
}

export function addAmounts(a: Amounts, b: Amounts): Amounts {
  const sum: Record<string, number> = { ...a };
  for (const [name, amount] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + amount;
  return sum;
}
