/** Looks at a release's Deployment and pods, once or until it serves. */

import type { KubeList } from "../cluster/kube_object.ts";
import { kubectlGet } from "../cluster/kubectl.ts";
import { judged, type Memory, remember } from "../cluster/patience.ts";
import type { PodState } from "../cluster/pod_state.ts";
import { describeState, type ReleaseState, releaseState } from "../cluster/release_state.ts";
import type { Target } from "../cluster/target.ts";
import { ToolError } from "../errors.ts";
import { cleanText } from "../text/clean.ts";
import type { World } from "../world.ts";
import { type Closer, isQuiet, lookCloser } from "./look_closer.ts";
import { poll } from "./poll.ts";

/** What the objects of an inference release are labelled with. */
export function inferenceSelector(release: string): string {
  return `app.kubernetes.io/instance=${release},app.kubernetes.io/component=inference`;
}

export async function lookAt(
  target: Target,
  release: string,
  world: World,
  signal?: AbortSignal,
): Promise<ReleaseState> {
  const selector = inferenceSelector(release);
  const command = kubectlGet(target, "deployments,replicasets,pods", selector);
  const { stdout } = await world.exec(command, signal && { signal });
  return releaseState(JSON.parse(stdout) as KubeList);
}

const POLL_MS = 1000;
const CLOSER_MS = 5000;

/** For the Deployment of a release that has just been installed. */
const APPEARS_SECONDS = 30;

/** What the values of the release allow the deployer and the server, and some time for the rest. */
async function budgetOf(target: Target, release: string, world: World): Promise<number> {
  return await poll({
    seconds: APPEARS_SECONDS,
    everyMs: POLL_MS,
    look: (signal) => lookAt(target, release, world, signal),
    judge: ({ budgetSeconds }) => Promise.resolve(budgetSeconds),
    late: () => new ToolError(`release ${release} has no Deployment`),
  }, world);
}

/**
 * Returns when every replica serves; ends early when no amount of waiting would help.
 *
 * @param given how long to wait; undefined: as long as a rollout may take in Kubernetes
 */
export async function waitUntilServing(
  target: Target,
  release: string,
  given: number | undefined,
  world: World,
): Promise<void> {
  const seconds = given ?? await budgetOf(target, release, world);
  const name = target.namespace ? `--namespace ${target.namespace} ${release}` : release;
  const hint = `helm navigator status ${name}`;
  const closer = closerNowAndThen(target, world);
  const show = lineShower(world);
  let memory: Memory = new Map();
  let state: ReleaseState | undefined;
  await poll({
    seconds,
    everyMs: POLL_MS,
    look: async (signal) => await closer(await lookAt(target, release, world, signal), signal),
    judge: (seen) => {
      const now = world.now().getTime();
      memory = remember(memory, seen.pods.filter((pod) => !pod.outdated), now);
      state = { ...seen, pods: seen.pods.map((pod) => judged(pod, memory, now)) };
      show(describeState(state));
      const stuck = state.pods.find((pod) => pod.hopeless);
      if (stuck && !state.done) {
        const output = stuck.details;
        throw new ToolError(`${release} cannot start: ${stuck.problem}`, { output, hint });
      }
      return Promise.resolve(state.done || undefined);
    },
    late: () => {
      const line = state ? describeState(state) : "no answer from the cluster";
      const output = state?.pods.find((pod) => !pod.outdated && pod.problem)?.details;
      return new ToolError(`${release} does not serve after ${seconds} s: ${line}`, {
        output,
        hint,
      });
    },
  }, world);
  world.streams.progress("");
}

/** The first pod that goes on in silence, looked at every few seconds. */
function closerNowAndThen(target: Target, world: World) {
  let known: { at: number; of: PodState; closer: Closer } | undefined;
  return async (state: ReleaseState, signal: AbortSignal): Promise<ReleaseState> => {
    const quiet = state.pods.find(isQuiet);
    if (quiet === undefined) return state;
    const now = world.now().getTime();
    const same = known?.of.pod === quiet.pod && known.of.phase === quiet.phase;
    if (known === undefined || !same || now - known.at >= CLOSER_MS) {
      known = { at: now, of: quiet, closer: await lookCloser(target, quiet, world, signal) };
    }
    const { closer } = known;
    return { ...state, pods: state.pods.map((pod) => pod === quiet ? { ...pod, ...closer } : pod) };
  };
}

/** A line that is replaced on a terminal; elsewhere, each line that says something new. */
export function lineShower(world: World): (line: string) => void {
  let last = "";
  return (line) => {
    const text = cleanText(line);
    if (text !== last && !world.streams.terminal) world.streams.err(text);
    world.streams.progress(text);
    last = text;
  };
}
