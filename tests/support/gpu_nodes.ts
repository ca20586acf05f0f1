/**
 * GPU nodes in every layout, as NVIDIA's device plugin and GPU feature discovery tell of them.
 * https://github.com/NVIDIA/k8s-device-plugin/tree/main/internal/lm
 */

export interface GpuNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** What can be asked for, beside room for many pods. */
  readonly devices: Readonly<Record<string, number>>;
}

const A100 = "NVIDIA-A100-SXM4-40GB";
const H100 = "NVIDIA-H100-80GB-HBM3";
const GPU = "nvidia.com/gpu";

/** Those of one kind differ in nothing but the layout. */
export const GPU_NODES: readonly GpuNode[] = [
  whole("a100-none", A100),
  whole("h100-none", H100),
  // Older drivers leave the maker's name out.
  whole("a100-older", A100.replace("NVIDIA-", "")),
  single("a100-single", A100, { profile: "1g.5gb", partitions: 7 }),
  single("h100-single", H100, { profile: "1g.10gb", partitions: 7 }),
  // A label's value cannot hold the plus sign of 1g.10gb+me.
  single("h100-single-media", H100, { profile: "1g.10gb.me", partitions: 1 }),
  mixed("a100-mixed", A100, { "1g.5gb": 3, "3g.20gb": 1 }),
  mixed("h100-mixed", H100, { "1g.10gb": 2, "1g.10gb.me": 1, "4g.40gb": 1 }),
  invalid("a100-invalid", A100),
  invalid("h100-invalid", H100),
  shared("a100-shared", A100),
  shared("h100-shared", H100),
  sharedPartitions("a100-single-shared", A100, "2g.10gb"),
  renamed("a100-renamed", A100),
  renamed("h100-renamed", H100),
  // The device plugin alone, without feature discovery.
  { name: "unlabelled", labels: {}, devices: { [GPU]: 1 } },
  // Neither: the GPU operator is not installed.
  { name: "bare", labels: {}, devices: {} },
];

/** Two GPUs, MIG off. */
function whole(name: string, product: string): GpuNode {
  return { name, labels: gpuLabels({ product, count: 2 }), devices: { [GPU]: 2 } };
}

/** All GPUs alike: each partition counts as a GPU. */
function single(
  name: string,
  product: string,
  { profile, partitions }: { readonly profile: string; readonly partitions: number },
): GpuNode {
  const labels = gpuLabels({ product: `${product}-MIG-${profile}`, count: partitions });
  return { name, labels: { ...labels, ...strategy("single") }, devices: { [GPU]: partitions } };
}

/** One GPU in partitions, another one whole. */
function mixed(name: string, product: string, partitions: Record<string, number>): GpuNode {
  const each = Object.entries(partitions);
  const labels = each.map(([profile, count]) => ({
    [`nvidia.com/mig-${profile}.count`]: `${count}`,
    [`nvidia.com/mig-${profile}.product`]: `${product}-MIG-${profile}`,
    [`nvidia.com/mig-${profile}.replicas`]: "1",
  }));
  const devices = each.map(([profile, count]) => [`nvidia.com/mig-${profile}`, count]);
  return {
    name,
    labels: Object.assign(gpuLabels({ product, count: 2 }), strategy("mixed"), ...labels),
    devices: { [GPU]: 1, ...Object.fromEntries(devices) },
  };
}

/** Strategy single, but the GPUs are not alike: the device plugin hands out none. */
function invalid(name: string, product: string): GpuNode {
  const labels = gpuLabels({ product: `${product}-MIG-INVALID`, count: 0, replicas: 0 });
  return { name, labels: { ...labels, ...strategy("single") }, devices: { [GPU]: 0 } };
}

/** Time-sliced: one GPU that counts as four. */
function shared(name: string, product: string): GpuNode {
  const labels = gpuLabels({ product: `${product}-SHARED`, count: 1, replicas: 4 });
  return { name, labels, devices: { [GPU]: 4 } };
}

/** Strategy single, each of two partitions time-sliced in two. */
function sharedPartitions(name: string, product: string, profile: string): GpuNode {
  const labels = gpuLabels({ product: `${product}-MIG-${profile}-SHARED`, count: 2, replicas: 2 });
  return { name, labels: { ...labels, ...strategy("single") }, devices: { [GPU]: 4 } };
}

/** Time-sliced with `renameByDefault`: the resource says it, and not the label. */
function renamed(name: string, product: string): GpuNode {
  const labels = gpuLabels({ product, count: 1, replicas: 4 });
  return { name, labels, devices: { [`${GPU}.shared`]: 4 } };
}

function gpuLabels(
  { product, count, replicas = 1 }: { product: string; count: number; replicas?: number },
): Record<string, string> {
  return {
    "nvidia.com/gpu.count": `${count}`,
    "nvidia.com/gpu.product": product,
    "nvidia.com/gpu.replicas": `${replicas}`,
    "nvidia.com/gpu.sharing-strategy": replicas > 1 ? "time-slicing" : "none",
    "nvidia.com/mig.capable": "true",
  };
}

function strategy(name: "single" | "mixed"): Record<string, string> {
  return { "nvidia.com/mig.strategy": name };
}

/** Label and taint of the nodes that one test owns. */
export const OWNER = "navigator-test";

/** The node as kubectl prints it; nobody else's pods tolerate it. */
export function nodeObject({ name, labels, devices }: GpuNode, owner: string) {
  const counts = Object.entries(devices).map(([device, count]) => [device, `${count}`]);
  const room = { cpu: "64", memory: "512Gi", "ephemeral-storage": "1Ti", pods: "110" };
  const allocatable: Record<string, string> = { ...room, ...Object.fromEntries(counts) };
  const all: Record<string, string> = {
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": nameOf(name, owner),
    "kubernetes.io/os": "linux",
    [OWNER]: owner,
    ...labels,
  };
  const ready = { type: "Ready", status: "True", reason: "KubeletReady" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: nameOf(name, owner), labels: all },
    spec: { taints: [{ key: OWNER, value: owner, effect: "NoSchedule" }] },
    status: { capacity: allocatable, allocatable, conditions: [ready] },
  };
}

function nameOf(node: string, owner: string): string {
  return `${owner}-${node}`;
}

/** For helm: pods go to the nodes of that owner, and to no others. */
export function onNodesOf(owner: string): string {
  const toleration = "tolerations[0]";
  return `--set nodeSelector.${OWNER}=${owner} --set ${toleration}.key=${OWNER} ` +
    `--set ${toleration}.value=${owner} --set ${toleration}.effect=NoSchedule`;
}
