/** What GPUs a cluster has, and what keeps pods from them. */

import type { Diagnosis } from "./diagnosis.ts";
import { brokenNodes, gpuOffers, PRODUCT_LABEL } from "./gpu_offers.ts";
import type { KubeNode } from "./kube_node.ts";

/** As Node Feature Discovery and the GPU operator label a node with NVIDIA's hardware in it. */
const HARDWARE = ["nvidia.com/gpu.present", "feature.node.kubernetes.io/pci-10de.present"];

export function diagnoseGpus(nodes: readonly KubeNode[]): readonly Diagnosis[] {
  const found: Diagnosis[] = [];
  const say = (state: Diagnosis["state"], what: string, hint?: string) =>
    found.push({ part: "gpus", state, what, ...(hint === undefined ? {} : { hint }) });
  const offering = nodes.filter((node) =>
    gpuOffers([{ ...node, ready: true, taints: [] }], undefined).length > 0
  );
  const broken = brokenNodes(nodes);
  const idle = nodes.filter((node) =>
    HARDWARE.some((label) => node.labels[label] === "true") && !offering.includes(node) &&
    !broken.includes(node.name)
  );
  const unlabelled = offering.filter(({ labels }) => labels[PRODUCT_LABEL] === undefined);
  if (offering.length > 0) say("ok", `GPUs on ${count(offering.length, "node")}`);
  if (broken.length > 0) {
    say(
      "error",
      `${names(broken)}: the MIG partitions are not all alike`,
      "strategy single needs equal partitions on all GPUs of a node; strategy mixed takes any",
    );
  }
  if (idle.length > 0) {
    say(
      "error",
      `${names(idle.map(({ name }) => name))}: NVIDIA hardware, but no GPU can be asked for`,
      "look at the GPU operator's device plugin: kubectl get pods -n gpu-operator",
    );
  }
  if (unlabelled.length > 0) {
    say(
      "warning",
      `${names(unlabelled.map(({ name }) => name))}: no label ${PRODUCT_LABEL}`,
      "without GPU Feature Discovery --gpu-product finds no node; the GPU operator brings it",
    );
  }
  if (found.length === 0) {
    say(
      "warning",
      "no node has a GPU",
      "install the GPU operator, or serve on the CPU: --gpu-limit 0",
    );
  }
  return found;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

const SHOWN = 3;

function names(all: readonly string[]): string {
  const more = all.length - SHOWN;
  return more > 0 ? `${all.slice(0, SHOWN).join(", ")} and ${more} more` : all.join(", ");
}
