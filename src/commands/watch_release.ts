/** Looks at a release's Deployment and pods, once or until it serves. */

import { kubectlGet } from "../cluster/kubectl.ts";
import {
  describeState,
  type PodList,
  type ReleaseState,
  releaseState,
} from "../cluster/release_state.ts";
import type { Target } from "../cluster/target.ts";
import { ToolError } from "../errors.ts";
import { cleanText } from "../text/clean.ts";
import type { World } from "../world.ts";

export async function lookAt(target: Target, release: string, world: World): Promise<ReleaseState> {
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/component=inference`;
  const { stdout } = await world.exec(kubectlGet(target, "deployments,replicasets,pods", selector));
  return releaseState(JSON.parse(stdout) as PodList);
}

const POLL_MS = 1000;

/** Returns when every replica serves; ends early when no amount of waiting would help. */
export async function waitUntilServing(
  target: Target,
  release: string,
  seconds: number,
  world: World,
): Promise<void> {
  const deadline = world.now().getTime() + seconds * 1000;
  const name = target.namespace ? `--namespace ${target.namespace} ${release}` : release;
  const hint = `helm navigator status ${name}`;
  let last = "";
  while (true) {
    const state = await lookAt(target, release, world);
    const line = describeState(state);
    if (line !== last && !world.streams.terminal) world.streams.err(cleanText(line));
    world.streams.progress(cleanText(line));
    last = line;
    if (state.done) return world.streams.progress("");
    const hopeless = state.pods.find((pod) => pod.hopeless);
    if (hopeless) throw new ToolError(`${release} cannot start: ${hopeless.problem}`, { hint });
    if (world.now().getTime() > deadline) {
      throw new ToolError(`${release} does not serve after ${seconds} s: ${line}`, { hint });
    }
    await world.sleep(POLL_MS);
  }
}
