/** Is there a node for each of a release's pods, now or ever? */

import { gpuOffers, offersHint } from "../cluster/gpu_offers.ts";
import type { KubeNode } from "../cluster/kube_node.ts";
import { isInReach, printObstacles } from "../cluster/placement.ts";
import { devicesIn, podRequests, type PodSpec } from "../cluster/pod_spec.ts";
import { findRoom, type Room, type RunningPod } from "../cluster/room.ts";
import type { Problem } from "../errors.ts";
import type { KubeApi } from "../world.ts";
import type { Preflight, PreflightRequest } from "./remarks.ts";

export async function findPlace(
  api: KubeApi,
  { rendered: { pod, replicas }, nodes, release, namespace }: PreflightRequest,
): Promise<Preflight> {
  const [device] = devicesIn(podRequests(pod));
  const none = { problems: [], warnings: [], spare: device === undefined };
  if (nodes === undefined || replicas === 0) return none;
  const isOwn = ({ metadata }: RunningPod) =>
    metadata?.namespace === namespace &&
    metadata.labels?.["app.kubernetes.io/instance"] === release &&
    metadata.labels["app.kubernetes.io/component"] === "inference";
  const room = await findRoom(api, { pod, nodes, enough: replicas + 1, isOwn });
  if (room.obstacles.size === nodes.length) {
    const { what, hint } = noPlace(pod, nodes, room);
    const hints = [...(hint ? [hint] : []), "--skip-preflight where such nodes come by themselves"];
    return { ...none, problems: [{ what, hint: hints.join(". ") }] };
  }
  if (room.free === undefined) return none;
  const missing = replicas - room.own - room.free;
  const spare = device === undefined || room.free > Math.max(0, replicas - room.own);
  return missing > 0
    ? { ...none, spare, warnings: [mustWait(missing, replicas, device?.[0])] }
    : { ...none, spare };
}

export function noPlace(
  pod: PodSpec,
  nodes: readonly KubeNode[],
  { obstacles }: Pick<Room, "obstacles">,
): Problem {
  return {
    what: nodes.length === 0
      ? "the cluster has no node"
      : `no node can take the pod: ${printObstacles(obstacles)}`,
    hint: placeHint(pod, nodes),
  };
}

function placeHint(pod: PodSpec, nodes: readonly KubeNode[]): string | undefined {
  const device = devicesIn(podRequests(pod))[0]?.[0];
  if (device === undefined) return undefined;
  const offers = gpuOffers(nodes.filter((node) => isInReach(pod, node)), undefined);
  return offers.length === 0 && nodes.some((node) => node.allocatable[device])
    ? "`tolerations`, `nodeSelector` and `affinity` are values of the chart"
    : offersHint(offers, nodes);
}

function mustWait(missing: number, replicas: number, device: string | undefined): Problem {
  const pods = replicas === 1 ? "the pod" : `${missing} of ${replicas} pods`;
  return {
    what: `${pods} must wait: ${device ?? "the room on the nodes"} is all in use now`,
  };
}
