/** What does the cluster allow, and what does it offer? */

import { accessProblem, type Deed, refusedDeeds } from "../cluster/access.ts";
import { diagnoseGpus } from "../cluster/diagnose_gpus.ts";
import { type Diagnosis, hintOf, problemOf } from "../cluster/diagnosis.ts";
import { type GpuOffer, gpuOffers } from "../cluster/gpu_offers.ts";
import { askOptional, RESOURCES } from "../cluster/kube_api.ts";
import type { KubeNode } from "../cluster/kube_node.ts";
import { readNodes, readUsed } from "../cluster/room.ts";
import type { Target } from "../cluster/target.ts";
import { ToolError } from "../errors.ts";
import type { KubeApi, World } from "../world.ts";
import { withKube } from "./with_kube.ts";

export interface ClusterDiagnosis {
  readonly found: readonly Diagnosis[];
  readonly offers?: readonly GpuOffer[];
}

export async function diagnoseCluster(target: Target, world: World): Promise<ClusterDiagnosis> {
  try {
    return await withKube(target, askCluster, world);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { found: [{ part: "cluster", state: "error", ...problemOf(error) }] };
  }
}

const DEEDS: readonly Deed[] = [
  ...Object.values(RESOURCES).map((each) => ({ verb: "create", ...each })),
  { verb: "list", resource: "pods", group: "" },
  { verb: "get", resource: "pods/log", group: "" },
];

async function askCluster(api: KubeApi, namespace: string): Promise<ClusterDiagnosis> {
  const [version, refused, nodes] = await Promise.all([
    askOptional<{ gitVersion?: string }>(api, "/version"),
    refusedDeeds(api, namespace, DEEDS),
    readNodes(api),
  ]);
  const ready = nodes?.filter((node) => node.ready).length;
  const denied = accessProblem(refused, namespace);
  const found: Diagnosis[] = [
    {
      part: "cluster",
      state: "ok",
      what: `Kubernetes ${version?.gitVersion?.replace(/^v/, "") ?? "of an unknown version"}`,
    },
    denied ? { part: "cluster", state: "error", what: denied.what, ...hintOf(denied.hint) } : {
      part: "cluster",
      state: "ok",
      what: `your account may do in namespace ${namespace} what install and test do`,
    },
  ];
  if (nodes === undefined) {
    const hint = "--mig auto and the search for a free node need it";
    found.push({
      part: "cluster",
      state: "warning",
      what: "your account may not list nodes",
      hint,
    });
    return { found };
  }
  found.push({
    part: "cluster",
    state: ready === 0 ? "error" : ready === nodes.length ? "ok" : "warning",
    what: `${ready} of ${nodes.length} nodes are ready`,
  });
  return { found: [...found, ...diagnoseGpus(nodes)], offers: await countOffers(api, nodes) };
}

async function countOffers(api: KubeApi, nodes: readonly KubeNode[]) {
  const some = nodes.filter((node) => gpuOffers([node], undefined).length > 0);
  return gpuOffers(nodes, await readUsed(api, some.map(({ name }) => name)));
}
