/** Pods that failed before what they lacked was there are started anew, and not after a long back-off. */

import type { KubeList } from "../cluster/kube_object.ts";
import { askOptional, corePath } from "../cluster/kube_api.ts";
import { kubectlDeleteNamed } from "../cluster/kubectl.ts";
import { type PodState, podState } from "../cluster/pod_state.ts";
import type { Target } from "../cluster/target.ts";
import { ToolError } from "../errors.ts";
import type { KubeApi, World } from "../world.ts";
import { inferenceSelector, lookAt } from "./watch_release.ts";

/** The names of a release's pods whose deployer has failed. */
export async function failedPods(
  api: KubeApi,
  namespace: string,
  release: string,
): Promise<readonly string[]> {
  const selector = encodeURIComponent(inferenceSelector(release));
  const path = `${corePath(namespace, "pods")}?labelSelector=${selector}`;
  const { items = [] } = await askOptional<KubeList>(api, path) ?? {};
  return items.map(podState).filter(hasFailed).map(({ pod }) => pod);
}

function hasFailed({ phase, hopeless }: PodState): boolean {
  return phase === "deploying" && (hopeless ?? false);
}

/** Those of them that an upgrade has not replaced: nothing of the pod itself has changed. */
export async function restartFailed(
  target: Target,
  { release, failed }: { readonly release: string; readonly failed: readonly string[] },
  world: World,
): Promise<void> {
  if (failed.length === 0) return;
  try {
    const { pods } = await lookAt(target, release, world);
    const stuck = pods.filter((pod) => hasFailed(pod) && !pod.outdated && failed.includes(pod.pod));
    for (const { pod } of stuck) await world.exec(kubectlDeleteNamed(target, "pod", pod));
  } catch (error) {
    // It is tried again by itself, later.
    if (!(error instanceof ToolError)) throw error;
  }
}
