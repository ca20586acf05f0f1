/** What the steps of a conversion need to know, and neither the user nor the model file tells. */

import type { PartialConfig } from "../config/schema.ts";
import type { Problem } from "../errors.ts";
import { holdsEngine } from "../model/format.ts";
import type { KnownSignature } from "../model/tensor.ts";
import { profileProblems } from "./profile.ts";
import type { Variant } from "./variant.ts";

const EXPORTER_READS_NOTHING = "nobody can read them from a .pt file, and the exporter needs them";

/** @param known of the model that is converted; what is undefined may still stand in its file */
export function conversionProblems(
  config: PartialConfig,
  variant: Pick<Variant, "steps">,
  known: KnownSignature,
): readonly Problem[] {
  const exported = variant.steps.some(({ tool }) => tool === "torch.onnx");
  const missing = exported ? missingTensors(known, EXPORTER_READS_NOTHING) : undefined;
  if (missing !== undefined) return [missing];
  return variant.steps.some(({ to }) => holdsEngine(to))
    ? profileProblems(config, known.inputs ?? [])
    : [];
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
