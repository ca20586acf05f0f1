/** status: where a release is and, if it is stuck, why. */

import { adviceFor } from "../cluster/advice.ts";
import { helmStatus } from "../cluster/helm.ts";
import type { PodState } from "../cluster/pod_state.ts";
import { targetOf } from "../cluster/target.ts";
import { cleanText } from "../text/clean.ts";
import { printTable } from "../text/table.ts";
import type { World } from "../world.ts";
import { explainScheduling } from "./explain_scheduling.ts";
import { releaseOf, sortWords } from "./find_chart.ts";
import { isQuiet, lookCloser } from "./look_closer.ts";
import type { statusOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";
import { lookAt } from "./watch_release.ts";

export async function status(
  { settings, words }: Invocation<typeof statusOptions>,
  world: World,
): Promise<void> {
  const release = await releaseOf(await sortWords(words, world.files), world, settings);
  const target = targetOf(settings, world.env);
  await world.exec(helmStatus(target, release));
  const seen = await lookAt(target, release, world);
  const closer = async (pod: PodState): Promise<PodState> =>
    isQuiet(pod) ? { ...pod, ...await lookCloser(target, pod, world) } : pod;
  const [pods, scheduling] = await Promise.all([
    Promise.all(seen.pods.map(closer)),
    explainScheduling(target, seen.pods, world),
  ]);
  const state = {
    ...seen,
    pods: pods.map((pod) => withAdvice({ ...pod, ...scheduling.get(pod.pod) })),
  };
  if (settings.output === "json") return world.streams.out(JSON.stringify({ release, ...state }));
  world.streams.out(`${release}: ${state.available}/${state.wanted} serving`);
  if (state.pods.length > 0) world.streams.out(cleanText(printPods(state.pods)));
}

function withAdvice(pod: PodState): PodState {
  const advice = pod.advice ?? adviceFor(pod);
  return advice === undefined ? pod : { ...pod, advice };
}

const WIDTH = 80;

/** A table and, below it, what is too long for a line of it. */
function printPods(pods: readonly PodState[]): string {
  const rows = pods.map((pod) => [pod.pod, phaseOf(pod), pod.problem ?? ""]);
  const widths = [0, 1].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  const room = WIDTH - widths[0]! - widths[1]! - 4;
  const isShort = ({ problem = "", details, advice }: PodState) =>
    details === undefined && advice === undefined && problem.length <= room;
  const short = pods.map((pod, i) => isShort(pod) ? rows[i]! : rows[i]!.slice(0, 2));
  const header = short.some((row) => row[2]) ? ["POD", "PHASE", "PROBLEM"] : ["POD", "PHASE"];
  const blocks = pods.filter((pod) => !isShort(pod)).map((pod) =>
    ["", `${pod.pod}:`, ...linesOf(pod).map((line) => `  ${line}`)].join("\n")
  );
  return [printTable(header, short), ...blocks].join("\n");
}

function phaseOf({ phase, step, outdated }: PodState): string {
  return `${phase}${step ? `: ${step}` : ""}${outdated ? " (old)" : ""}`;
}

function linesOf({ problem = "", details, advice }: PodState): string[] {
  return [
    problem,
    ...(details?.split("\n") ?? []),
    ...(advice === undefined ? [] : [`hint: ${advice}`]),
  ];
}
