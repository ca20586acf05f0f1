/** Why no node takes a pod, in words of its own devices, labels and taints. */

import { askOptional, corePath } from "../cluster/kube_api.ts";
import { obstaclesFor } from "../cluster/placement.ts";
import type { PodState } from "../cluster/pod_state.ts";
import type { PodSpec } from "../cluster/pod_spec.ts";
import { devicesIn, podRequests } from "../cluster/pod_spec.ts";
import { readNodes } from "../cluster/room.ts";
import type { Target } from "../cluster/target.ts";
import { ToolError } from "../errors.ts";
import { someOf } from "../text/list.ts";
import type { World } from "../world.ts";
import { noPlace } from "./find_place.ts";
import { withKube } from "./with_kube.ts";

export type Explained = Pick<PodState, "problem" | "advice">;

/** The scheduler's own words stay where the nodes may not be looked at. */
export async function explainScheduling(
  target: Target,
  pods: readonly PodState[],
  world: World,
): Promise<ReadonlyMap<string, Explained>> {
  const explained = new Map<string, Explained>();
  const stuck = pods.filter((pod) => pod.phase === "scheduling" && !pod.outdated);
  if (stuck.length === 0) return explained;
  try {
    await withKube(target, async (api, namespace) => {
      const nodes = await readNodes(api);
      for (const { pod } of nodes === undefined ? [] : stuck) {
        const path = corePath(namespace, "pods", pod);
        const { spec } = await askOptional<{ spec?: PodSpec }>(api, path) ?? {};
        if (spec === undefined) continue;
        const obstacles = obstaclesFor(spec, nodes!);
        const able = nodes!.filter(({ name }) => !obstacles.has(name)).map(({ name }) => name);
        const { what, hint } = noPlace(spec, nodes!, { obstacles });
        explained.set(pod, able.length === 0 ? { problem: what, ...some(hint) } : full(spec, able));
      }
    }, world);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
  }
  return explained;
}

function some(advice: string | undefined): Explained {
  return advice === undefined ? {} : { advice };
}

function full(pod: PodSpec, able: readonly string[]): Explained {
  const [device] = devicesIn(podRequests(pod));
  return {
    problem: `all that could take the pod are in use: ${device?.[0] ?? "cpu, memory or pods"} ` +
      `of ${someOf(able)}`,
    advice: "it starts when another pod ends; `kubectl get pods --all-namespaces` shows who has it",
  };
}
