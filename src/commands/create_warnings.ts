/** What the user of `create` should know although nothing is wrong. */

import type { Config } from "../config/schema.ts";
import type { PlannedChart } from "../plan/charts.ts";
import type { Variant, VariantPlan } from "../plan/variant.ts";
import { carriesSecret, redactUri } from "../text/clean.ts";
import { someOf } from "../text/list.ts";
import type { World } from "../world.ts";
import { kindBehind } from "./model_problems.ts";

export interface Plan {
  readonly plan: VariantPlan;
  readonly charts: readonly PlannedChart[];
}

export async function createWarnings(
  config: Config,
  { plan: { variants, leftOut }, charts }: Plan,
  { files, templates }: World,
): Promise<readonly string[]> {
  const path = config.model_path!;
  const kind = await kindBehind(path, files);
  const others = variants.slice(charts.length).map(({ name }) => name);
  const warnings: (string | false)[] = [
    kind === undefined &&
    `${path} is not there: its signature is read in the cluster`,
    kind === "other" &&
    `${path} is neither a file nor a folder: its signature is read in the cluster`,
    needsSignature(config, variants[0]?.source === "torchscript") &&
    "a .pt file holds no shapes: who serves or converts it needs --inputs and --outputs, " +
      "or deployer.inputs and deployer.outputs at install",
    isReduced(variants[0]!) && isExact(config) &&
    `${variants[0]!.name} seldom agrees with the original to 1e-5, and then the deployer refuses ` +
      "it: say with --atol and --rtol how exact is exact enough",
    config.model_uri !== undefined && carriesSecret(config.model_uri) &&
    `${redactUri(config.model_uri)} may carry a signature or a password, so it is left out of ` +
      "the chart: give it to install with --model-uri",
    config.gpus[0] !== "all" &&
    `gpus: ${
      config.gpus.join(" ")
    } is left out of the chart: a pod gets its device from Kubernetes`,
    ...leftOut.map(({ format, reason }) => `${format} is left out: ${reason}`),
    others.length > 0 &&
    `the chart is for ${variants[0]!.name}; --all-variants makes charts for ${someOf(others)} too`,
    templates.binary === undefined &&
    "toolkit/helm-navigator is left out: only the compiled Linux program has it",
  ];
  return warnings.filter((text) => text !== false);
}

function needsSignature({ inputs, outputs }: Config, isTorchScript: boolean): boolean {
  return isTorchScript && !(inputs && outputs);
}

/** Its numbers have fewer digits than the original's. */
function isReduced({ precision }: Variant): boolean {
  return precision?.flags.some((flag) => flag !== "tf32") ?? false;
}

function isExact({ atol, rtol }: Config): boolean {
  return Math.max(...Object.values(atol), ...Object.values(rtol)) <= 1e-5;
}
