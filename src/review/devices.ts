/** The GPUs that a container asks for, and the products that its pod may land on. */

import type { Container, PodSpec } from "./kube.ts";
import { parseQuantity } from "../text/quantity.ts";

/** `nvidia.com/gpu` → 1 */
export type Devices = Readonly<Record<string, number>>;

const PRODUCT = "nvidia.com/gpu.product";

export function devicesOf({ resources }: Pick<Container, "resources">): Devices {
  const limits = Object.entries(resources?.limits ?? {});
  return Object.fromEntries(
    limits.filter(([name]) => /^nvidia\.com\/|\/gpu/.test(name))
      .map(([name, count]) => [name, parseQuantity(count) ?? NaN] as const)
      .filter(([, count]) => count !== 0)
      .sort(([a], [b]) => a < b ? -1 : 1),
  );
}

export function isNone(devices: Devices): boolean {
  return Object.keys(devices).length === 0;
}

export function printDevices(devices: Devices): string {
  return Object.entries(devices).map(([name, count]) => `${count} ${name}`).join(" and ") || "none";
}

/** Products that are required of the node; empty when any will do. `NVIDIA-` in front is the same. */
export function productsOf({ nodeSelector, affinity }: PodSpec): readonly string[] {
  const selected = nodeSelector?.[PRODUCT];
  if (selected !== undefined) return [plain(selected)];
  const { nodeSelectorTerms: terms = [] } =
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? {};
  // A node has to match one of the terms, so each has to say it.
  const each = terms.map(({ matchExpressions = [] }) =>
    matchExpressions.find(({ key, operator }) => key === PRODUCT && operator === "In")?.values
  );
  if (each.some((values) => values === undefined)) return [];
  return [...new Set(each.flatMap((values) => values!.map(plain)))];
}

function plain(product: string): string {
  return product.replace(/^NVIDIA-/, "").replace(/-SHARED$/, "");
}
