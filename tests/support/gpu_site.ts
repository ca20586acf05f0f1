/**
 * GPU nodes in the real cluster, with no machine behind them: the real scheduler binds pods to
 * them, which then never start.
 */

import { isDeepStrictEqual } from "node:util";
import { equal } from "./assert.ts";
import { GPU_NODES, type GpuNode, nodeObject, OWNER } from "./gpu_nodes.ts";
import { kubectl, kubectlWith } from "./site.ts";
import { until } from "./until.ts";

/** Kubernetes calls a node lost that gives no sign of life for 50 s. */
const HEARTBEAT_MS = 20_000;

/** @param owner tells the nodes of one test from those of another that runs at the same time */
export async function withGpuNodes(
  owner: string,
  deed: () => Promise<void>,
  nodes: readonly GpuNode[] = GPU_NODES,
): Promise<void> {
  const objects = nodes.map((node) => nodeObject(node, owner));
  const beat = () => kubectlWith("apply --filename -", objects.map(lease));
  await removeNodes(owner);
  try {
    await kubectlWith("create --filename -", objects);
    await beat();
    // One that is missed is made up for by the next.
    const timer = setInterval(() => beat().catch(() => {}), HEARTBEAT_MS);
    try {
      // Every new node is tainted until a controller has seen that it is ready.
      await until(async () => !(await taints(owner)).includes("not-ready"));
      await deed();
    } finally {
      clearInterval(timer);
    }
  } finally {
    await removeNodes(owner);
  }
}

function lease({ metadata: { name, labels } }: ReturnType<typeof nodeObject>) {
  const renewTime = new Date().toISOString().replace("Z", "000Z");
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "kube-node-lease", labels: { [OWNER]: labels[OWNER]! } },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  };
}

function taints(owner: string): Promise<string> {
  return kubectl(
    `get nodes --selector ${OWNER}=${owner} --output jsonpath={.items[*].spec.taints}`,
  );
}

async function removeNodes(owner: string): Promise<void> {
  await kubectl(`delete nodes --selector ${OWNER}=${owner}`);
  await kubectl(`delete leases --namespace kube-node-lease --selector ${OWNER}=${owner}`);
  await forgetPods(owner);
}

/** How many pods of a namespace each node of the owner has; "" are those that find none. */
export type Places = Readonly<Record<string, number>>;

/** Waits until it is so; fails with what is so instead. */
export async function podsAreAt(owner: string, namespace: string, expected: Places): Promise<void> {
  let places: Places = {};
  const isSo = async () => {
    places = await podsByNode(owner, namespace);
    return isDeepStrictEqual(places, expected);
  };
  // The scheduler judges again when it has heard of a node.
  await until(isSo).catch(() => equal(places, expected));
}

export async function podsByNode(owner: string, namespace: string): Promise<Places> {
  const pods = await podPlaces(`--namespace ${namespace}`);
  const nodes = pods.map(({ node = "not judged" }) => node.replace(`${owner}-`, ""));
  const groups = Map.groupBy(nodes, (node) => node);
  return Object.fromEntries([...groups].map(([node, all]) => [node, all.length]));
}

/** No kubelet says that a pod on such a node has ended: it would stay in deletion. */
export async function forgetPods(owner: string, where = "--all-namespaces"): Promise<void> {
  await until(async () => {
    const pods = (await podPlaces(where)).filter(({ node }) => node?.startsWith(`${owner}-`));
    for (const [namespace, some] of Map.groupBy(pods, (pod) => pod.namespace)) {
      const names = some.map(({ name }) => name).join(" ");
      const now = "--force --grace-period=0 --ignore-not-found --wait=false";
      await kubectl(`delete pods --namespace ${namespace} ${now} ${names}`);
    }
    // What was making them may not have ended yet.
    return pods.length === 0;
  });
}

interface PodPlace {
  readonly namespace: string;
  readonly name: string;
  /** Empty: the scheduler has found none. Undefined: it has not judged yet. */
  readonly node: string | undefined;
}

async function podPlaces(where: string): Promise<PodPlace[]> {
  const { items } = JSON.parse(await kubectl(`get pods ${where} --output json`));
  return items.map(({ metadata, spec, status }: KubePod) => {
    const judged = status.conditions?.some(({ type }) => type === "PodScheduled");
    return { ...metadata, node: spec.nodeName ?? (judged ? "" : undefined) };
  });
}

interface KubePod {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string }[] };
}
