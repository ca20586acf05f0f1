/** What keeps the steps of a conversion from being run: gaps and contradictions in what is known. */

import type { PartialConfig } from "../config/schema.ts";
import type { Problem } from "../errors.ts";
import { holdsEngine } from "../model/format.ts";
import type { KnownSignature } from "../model/tensor.ts";
import { profileProblems } from "./profile.ts";
import { valuesProblem, valuesRequest } from "./sample_values.ts";
import type { Variant } from "./variant.ts";

const EXPORTER_READS_NOTHING = "nobody can read them from a .pt file, and the exporter needs them";

/** @param known of the model that is converted; what is undefined may still stand in its file */
export function conversionProblems(
  config: PartialConfig,
  variant: Pick<Variant, "steps">,
  known: KnownSignature,
): readonly Problem[] {
  const { steps } = variant;
  if (steps.length === 0) return [];
  const exported = steps.some(({ tool }) => tool === "torch.onnx");
  const missing = exported ? missingTensors(known, EXPORTER_READS_NOTHING) : undefined;
  if (missing !== undefined) return [missing];
  const { inputs = [] } = known;
  return [
    ...(steps.some(({ to }) => holdsEngine(to)) ? profileProblems(config, inputs) : []),
    ...inputs.map((input) => valuesProblem(valuesRequest(input, config)))
      .filter((problem) => problem !== undefined),
  ];
}

export function missingTensors(known: KnownSignature, because: string): Problem | undefined {
  const missing = (["inputs", "outputs"] as const).filter((part) => known[part] === undefined);
  if (missing.length === 0) return undefined;
  return {
    where: missing.join(", "),
    what: `must be given: ${because}`,
    hint: `give ${missing.map((part) => `\`--${part} NAME:SHAPE:DTYPE\``).join(" and ")}, ` +
      `or the same keys in the configuration file; in a chart ${
        missing.map((part) => `deployer.${part}`).join(" and ")
      }`,
  };
}
