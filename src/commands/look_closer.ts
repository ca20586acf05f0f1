/** What logs and events add to the state of a pod; what cannot be read is left out. */

import { type EventList, lastWarning } from "../cluster/events.ts";
import { kubectlEvents, kubectlLogs } from "../cluster/kubectl.ts";
import type { PodState } from "../cluster/pod_state.ts";
import { oneLine, summarize } from "../cluster/sentence.ts";
import type { Target } from "../cluster/target.ts";
import { ToolError } from "../errors.ts";
import type { ToolCommand, World } from "../world.ts";

/** What the pod's own status does not tell: how far the deployer is, what the node waits for. */
export type Closer = Pick<PodState, "step" | "problem" | "details">;

export async function lookCloser(
  target: Target,
  { pod, uid, phase }: PodState,
  world: World,
  signal?: AbortSignal,
): Promise<Closer> {
  if (phase === "deploying") {
    const command = kubectlLogs(target, pod, false, { container: "deployer", tail: 1 });
    const line = oneLine(await ask(command, world, signal) ?? "");
    // Its last line is where it has put the model.
    const step = line.startsWith("/") ? "done" : line;
    return step === "" ? {} : { step };
  }
  const warning = uid === undefined ? undefined : await readWarning(target, uid, world, signal);
  if (warning === undefined) return {};
  const { sentence, details } = summarize(warning);
  return { problem: sentence, ...(details ? { details } : {}) };
}

/** Worth a closer look: it seems to go on, without saying how. */
export function isQuiet({ phase, problem, outdated }: PodState): boolean {
  return !outdated && problem === undefined && (phase === "deploying" || phase === "pulling");
}

export async function readWarning(
  target: Target,
  uid: string,
  world: World,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const events = await ask(kubectlEvents(target, uid), world, signal);
  return events === undefined ? undefined : lastWarning(JSON.parse(events) as EventList);
}

async function ask(
  command: ToolCommand,
  world: World,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    return (await world.exec(command, signal && { signal })).stdout;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
