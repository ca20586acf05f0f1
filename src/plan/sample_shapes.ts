/** The shapes on which a model is tried: an example for an exporter, and several for a comparison. */

import { entryOf } from "../config/by_name.ts";
import type { Config } from "../config/schema.ts";
import type { TensorSpec } from "../model/tensor.ts";
import { planProfile, type ProfileShapes } from "./profile.ts";

/** Whole shapes by the names of the inputs, no axis dynamic. */
export type SampleShapes = Readonly<Record<string, readonly number[]>>;

/** Several, so that a batch that was made fixed by mistake is found. */
const BATCHES = [1, 2, 3] as const;
/** Of a dynamic axis that nobody tells a size of. */
const FREE_SIZE = 8;

/** The preferred shapes, the largest, and the smallest where the user gave some; each once. */
export function planSampleShapes(
  config: Config,
  inputs: readonly TensorSpec[],
): readonly SampleShapes[] {
  const profiles = planProfile(config, inputs);
  const smallest = (one: ProfileShapes) =>
    entryOf(config.min_shapes, one.name) === undefined ? one.opt : one.min;
  const choices = [(one: ProfileShapes) => one.opt, (one: ProfileShapes) => one.max, smallest];
  const all = choices.map((choose, index) => {
    const batch = Math.min(BATCHES[index]!, config.max_batch_size);
    return Object.fromEntries(profiles.map((one) => [
      one.name,
      choose(one).map((size, axis) => {
        if (axis === 0 && config.batching !== "disabled") return batch;
        return size === -1 ? FREE_SIZE : size;
      }),
    ]));
  });
  return all.filter((one, index) =>
    all.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === index
  );
}
