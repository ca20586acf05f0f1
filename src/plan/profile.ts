/** The shapes that TensorRT builds an engine for. */

import { entryOf } from "../config/by_name.ts";
import type { PartialConfig } from "../config/schema.ts";
import type { Problem } from "../errors.ts";
import { printTensor, type TensorSpec } from "../model/tensor.ts";
import { someOf } from "../text/list.ts";

/** Of one input: whole shapes, batch axis included, no axis dynamic. */
export interface ProfileShapes {
  readonly name: string;
  readonly min: readonly number[];
  readonly opt: readonly number[];
  readonly max: readonly number[];
}

/**
 * The batch axis goes from 1 to the largest batch, whatever the dataset's shapes say of it: Triton
 * loads no plan whose profile is smaller than max_batch_size.
 */
export function planProfile(
  config: PartialConfig,
  inputs: readonly TensorSpec[],
): readonly ProfileShapes[] {
  const largest = config.batching === "disabled" ? undefined : config.max_batch_size;
  return inputs.map(({ name, shape }) => {
    const given = (key: "min_shapes" | "opt_shapes" | "max_shapes") => entryOf(config[key], name);
    const axes = (sizes: readonly number[] | undefined, fallback: readonly number[]) =>
      shape.map((size, axis) => size === -1 ? sizes?.[axis] ?? fallback[axis]! : size);
    const max = batch(axes(given("max_shapes"), shape), largest);
    const min = batch(axes(given("min_shapes"), shape.map(() => 1)), largest && 1);
    const opt = axes(given("opt_shapes"), max);
    return { name, min, max, opt: batch(opt, largest && Math.min(opt[0] ?? 1, largest)) };
  });
}

function batch(shape: readonly number[], size: number | undefined): readonly number[] {
  return size === undefined ? shape : shape.map((one, axis) => axis === 0 ? size : one);
}

/** Dynamic axes whose largest size nobody tells. */
export function profileProblems(
  config: PartialConfig,
  inputs: readonly TensorSpec[],
): readonly Problem[] {
  const profiles = planProfile(config, inputs);
  const unbound = inputs.filter((_, index) => profiles[index]!.max.includes(-1));
  const [first] = unbound;
  if (first === undefined) return [];
  const isOne = unbound.length === 1;
  const tensors = someOf(unbound.map((input) => `\`${printTensor(input)}\``));
  const shape = first.shape.map((size) => size === -1 ? "N" : size).join(",");
  return [{
    where: "max_shapes",
    what: `TensorRT needs the largest size of every dynamic axis, and ${tensors} ${
      isOne ? "has" : "have"
    } one besides the batch`,
    hint: `give \`--max-shapes ${first.name}=${shape}\`${isOne ? "" : ", and so for the others"}`,
  }];
}
