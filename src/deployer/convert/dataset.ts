/** dataset.json: the data that models are converted with and compared on, as our scripts read it. */

import { entryOf } from "../../config/by_name.ts";
import type { Config } from "../../config/schema.ts";
import type { Signature } from "../../model/tensor.ts";
import { planProfile } from "../../plan/profile.ts";
import { planSampleShapes } from "../../plan/sample_shapes.ts";
import { sampleValues, valuesRequest } from "../../plan/sample_values.ts";

/** Of outputs that no tolerance names. */
const TOLERANCE = 1e-5;

/** To be called where `conversionProblems` has none. */
export function printDataset(config: Config, { inputs, outputs }: Signature): string {
  const requests = inputs.map((input) => valuesRequest(input, config));
  const profiles = planProfile(config, inputs);
  const dataset = {
    seed: config.random_seed,
    inputs: requests.map((request, index) => {
      const { kind, ...bounds } = sampleValues(request);
      return { ...profiles[index], ...request.input, values: kind, ...bounds };
    }),
    outputs: outputs.map((output) => ({
      ...output,
      atol: tolerance(config.atol, output.name),
      rtol: tolerance(config.rtol, output.name),
    })),
    samples: planSampleShapes(config, inputs),
  };
  return `${JSON.stringify(dataset, null, 2)}\n`;
}

function tolerance(map: Config["atol"], output: string): number {
  return entryOf(map, output) ?? entryOf(map, "") ?? TOLERANCE;
}
