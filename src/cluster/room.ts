/** Where in the cluster a release's pods find room, counted as the scheduler would. */

import type { KubeApi } from "../world.ts";
import { askKube } from "./kube_api.ts";
import { type Amounts, type KubeNode, kubeNode, type NodeObject } from "./kube_node.ts";
import { obstaclesFor, roomFor, usedBy } from "./placement.ts";
import { podRequests, type PodSpec } from "./pod_spec.ts";

/** Undefined where this account may not list them. */
export async function readNodes(api: KubeApi): Promise<readonly KubeNode[] | undefined> {
  // From the API server's memory: https://kubernetes.io/docs/reference/using-api/api-concepts/
  const answer = await askKube<{ items?: readonly NodeObject[] }>(
    api,
    "/api/v1/nodes?resourceVersion=0",
  );
  return answer.is === "there" ? (answer.value.items ?? []).map(kubeNode) : undefined;
}

export interface RunningPod {
  readonly metadata?: {
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: PodSpec;
}

/** What runs, or will run, on a node; undefined where this account may not look. */
export async function readPodsOn(
  api: KubeApi,
  node: string,
): Promise<readonly RunningPod[] | undefined> {
  const fields = `spec.nodeName=${node},status.phase!=Succeeded,status.phase!=Failed`;
  const path = `/api/v1/pods?resourceVersion=0&fieldSelector=${encodeURIComponent(fields)}`;
  const answer = await askKube<{ items?: readonly RunningPod[] }>(api, path);
  return answer.is === "there" ? answer.value.items ?? [] : undefined;
}

const AT_ONCE = 8;

/** What runs on each of the nodes; undefined where this account may not look. */
export async function readUsed(
  api: KubeApi,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, Amounts> | undefined> {
  const used = new Map<string, Amounts>();
  for (let i = 0; i < nodes.length; i += AT_ONCE) {
    const names = nodes.slice(i, i + AT_ONCE);
    const found = await Promise.all(names.map((name) => readPodsOn(api, name)));
    for (const [j, pods] of found.entries()) {
      if (pods === undefined) return undefined;
      used.set(names[j]!, usedBy(pods.map(({ spec = {} }) => spec)));
    }
  }
  return used;
}

export interface RoomRequest {
  readonly pod: PodSpec;
  readonly nodes: readonly KubeNode[];
  /** Looks at no more nodes once so many pods fit. */
  readonly enough: number;
  readonly isOwn: (pod: RunningPod) => boolean;
}

export interface Room {
  /** Why a node can never take such a pod, by node. */
  readonly obstacles: ReadonlyMap<string, string>;
  /** How many such pods fit now, at least; undefined: this account may not look. */
  readonly free: number | undefined;
  /** How many of the release's own pods run where such pods can. */
  readonly own: number;
}

export async function findRoom(
  api: KubeApi,
  { pod, nodes, enough, isOwn }: RoomRequest,
): Promise<Room> {
  const obstacles = obstaclesFor(pod, nodes);
  const able = nodes.filter(({ name }) => !obstacles.has(name));
  const asked = podRequests(pod);
  let [free, own] = [0, 0];
  for (let i = 0; i < able.length && free < enough;) {
    // Mostly the first ones have room.
    const some = able.slice(i, i + (i === 0 ? Math.min(AT_ONCE, enough) : AT_ONCE));
    const found = await Promise.all(some.map(({ name }) => readPodsOn(api, name)));
    for (const [j, pods] of found.entries()) {
      if (pods === undefined) return { obstacles, free: undefined, own: 0 };
      free += roomFor(asked, some[j]!, usedBy(pods.map(({ spec = {} }) => spec)));
      own += pods.filter(isOwn).length;
    }
    i += some.length;
  }
  return { obstacles, free, own };
}
