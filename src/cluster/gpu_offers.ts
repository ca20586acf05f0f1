/** Which GPUs, and which partitions of GPUs, a cluster offers: told from its nodes. */

import { printTable } from "../text/table.ts";
import type { Amounts, KubeNode } from "./kube_node.ts";

export interface GpuOffer {
  readonly strategy: "none" | "single" | "mixed";
  /** What --gpu-product takes: the node's label, a partition of strategy `single` included. */
  readonly label: string | undefined;
  /** The same without a partition. */
  readonly product: string | undefined;
  /** As `--mig-profile` takes it. */
  readonly profile: string | undefined;
  /** The extended resource that a pod asks for. */
  readonly resource: string;
  /** Time-sliced or MPS: several pods have one GPU. */
  readonly shared: boolean;
  /** What all nodes have, and what of it nobody uses; undefined: it is not known. */
  readonly total: number;
  readonly free: number | undefined;
}

export const PRODUCT_LABEL = "nvidia.com/gpu.product";
const SHARING_LABEL = "nvidia.com/gpu.sharing-strategy";

/**
 * The same offer of several nodes is one.
 * https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-operator-mig.html
 *
 * @param used by node; undefined: it is not known
 */
export function gpuOffers(
  nodes: readonly KubeNode[],
  used: ReadonlyMap<string, Amounts> | undefined,
): readonly GpuOffer[] {
  const offers = new Map<string, GpuOffer>();
  for (const node of nodes.filter(isUsable)) {
    for (const offer of offersOf(node)) {
      const free = used && offer.total - (used.get(node.name)?.[offer.resource] ?? 0);
      const key = JSON.stringify([offer.strategy, offer.product, offer.profile, offer.resource]);
      const before = offers.get(key);
      offers.set(key, {
        ...offer,
        total: offer.total + (before?.total ?? 0),
        free: free === undefined ? undefined : Math.max(0, free) + (before?.free ?? 0),
      });
    }
  }
  return [...offers.values()];
}

/** Nodes with GPUs that cannot be used: the layout of their partitions is broken. */
export function brokenNodes(nodes: readonly KubeNode[]): readonly string[] {
  return nodes.filter(({ labels }) => labels[PRODUCT_LABEL]?.endsWith("-MIG-INVALID"))
    .map(({ name }) => name);
}

function isUsable({ ready, taints }: KubeNode): boolean {
  return ready && !taints.some(({ key }) => key === "node.kubernetes.io/unschedulable");
}

/** How many a node has. */
function offersOf({ labels, allocatable }: KubeNode): GpuOffer[] {
  // The same product with an older driver.
  const label = labels[PRODUCT_LABEL]?.replace(/^NVIDIA-/, "");
  const [product, partition] = label?.split("-MIG-") ?? [];
  if (partition === "INVALID") return [];
  const isShared = label?.endsWith("-SHARED") || (labels[SHARING_LABEL] ?? "none") !== "none";
  return Object.entries(allocatable).flatMap(([resource, total]): GpuOffer[] => {
    if (total === 0) return [];
    const common = { label, product, resource, total, free: undefined };
    const mixed = /^nvidia\.com\/mig-(\d+g\.\d+gb(?:\.me)?)$/.exec(resource)?.[1];
    if (mixed !== undefined) {
      return [{ ...common, strategy: "mixed", profile: asProfile(mixed), shared: false }];
    }
    if (resource !== "nvidia.com/gpu" && resource !== "nvidia.com/gpu.shared") return [];
    const shared = isShared || resource.endsWith(".shared");
    return partition === undefined
      ? [{ ...common, strategy: "none", profile: undefined, shared }]
      : [{ ...common, strategy: "single", profile: asProfile(partition), shared }];
  });
}

/** `1g.10gb.me-SHARED` → `1g.10gb+me` */
function asProfile(partition: string): string {
  return partition.replace(/-SHARED$/, "").replace(".me", "+me");
}

/** `--mig mixed --gpu-product A100-SXM4-40GB --mig-profile 1g.5gb` */
export function offerFlags(offer: GpuOffer): string {
  const { strategy, label, product, profile, resource, shared } = offer;
  // The label of a shared partition is its product's and more.
  const whole = strategy === "none" || strategy === "single" && shared;
  const name = whole ? label : product;
  return [
    `--mig ${strategy}`,
    ...(name === undefined ? [] : [`--gpu-product ${name}`]),
    ...(profile === undefined || whole ? [] : [`--mig-profile ${profile}`]),
    ...(resource.endsWith(".shared") ? [`-- --set gpu.resource=${resource}`] : []),
  ].join(" ");
}

/** What to say where no device fits: what else there is, or why there is none. */
export function offersHint(offers: readonly GpuOffer[], nodes: readonly KubeNode[]): string {
  if (offers.length > 0) return `the cluster has: ${offers.map(offerFlags).join("; ")}`;
  const broken = brokenNodes(nodes);
  return broken.length > 0
    ? `the partitions of ${broken.join(", ")} are not all alike: strategy single then offers none`
    : "is the GPU operator installed? `helm navigator doctor` looks; `--gpu-limit 0` serves on the CPU";
}

/** With their numbers, one a line, as flags that can be pasted. */
export function printOffers(offers: readonly GpuOffer[]): string {
  const rows = offers.map((offer) => [
    offerFlags(offer),
    `${offer.free ?? "?"}/${offer.total}`,
    offer.shared ? "yes" : "",
  ]);
  const header = [
    "FLAGS",
    "FREE",
    ...(offers.some(({ shared }) => shared) ? ["SHARED"] : []),
  ];
  return printTable(header, rows);
}
