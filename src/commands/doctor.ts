/** doctor: what this machine and the cluster lack for the other verbs. */

import type { Diagnosis } from "../cluster/diagnosis.ts";
import { printOffers } from "../cluster/gpu_offers.ts";
import { targetOf } from "../cluster/target.ts";
import { ToolError } from "../errors.ts";
import { cleanText } from "../text/clean.ts";
import type { World } from "../world.ts";
import { diagnoseCluster } from "./diagnose_cluster.ts";
import { diagnoseMachine } from "./diagnose_machine.ts";
import type { doctorOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

export async function doctor(
  { settings }: Invocation<typeof doctorOptions>,
  world: World,
): Promise<void> {
  const target = targetOf(settings, world.env);
  const [machine, cluster] = await Promise.all([
    diagnoseMachine(target, world),
    diagnoseCluster(target, world),
  ]);
  const found = [...machine, ...cluster.found];
  const { offers = [] } = cluster;
  if (settings.output === "json") {
    world.streams.out(JSON.stringify({ checks: found, gpus: offers }));
  } else {
    world.streams.out(cleanText(found.map(printDiagnosis).join("\n")));
    if (offers.length > 0) world.streams.out(cleanText(`\n${printOffers(offers)}`));
  }
  const errors = found.filter(({ state }) => state === "error").length;
  if (errors > 0) {
    throw new ToolError(`${errors} of ${found.length} checks found something to mend`);
  }
}

const WORDS: Readonly<Record<Diagnosis["state"], string>> = {
  ok: "ok      ",
  warning: "warning ",
  error: "error   ",
};

function printDiagnosis({ state, what, hint }: Diagnosis): string {
  const line = `${WORDS[state]} ${what}`;
  return hint === undefined ? line : `${line}\n         hint: ${hint}`;
}
