/** status: where a release is and, if it is stuck, why. */

import { helmStatus } from "../cluster/helm.ts";
import { targetOf } from "../cluster/target.ts";
import { printTable } from "../text/table.ts";
import { cleanText } from "../text/clean.ts";
import type { World } from "../world.ts";
import { releaseOf, sortWords } from "./find_chart.ts";
import type { statusOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";
import { lookAt } from "./watch_release.ts";

export async function status(
  { settings, words }: Invocation<typeof statusOptions>,
  world: World,
): Promise<void> {
  const release = await releaseOf(await sortWords(words, world.files), world.files);
  const target = targetOf(settings, world.env);
  await world.exec(helmStatus(target, release));
  const state = await lookAt(target, release, world);
  if (settings.output === "json") return world.streams.out(JSON.stringify({ release, ...state }));
  world.streams.out(`${release}: ${state.available}/${state.wanted} serving`);
  if (state.pods.length > 0) {
    const rows = state.pods.map((
      { pod, phase, problem },
    ) => [pod, phase, cleanText(problem ?? "")]);
    world.streams.out(printTable(["POD", "PHASE", "PROBLEM"], rows));
  }
}
