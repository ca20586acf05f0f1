/** What must hold between the shapes, types and ranges of the dataset and the tensors that they name. */

import type { Problem } from "../errors.ts";
import type { KnownSignature, TensorSpec } from "../model/tensor.ts";
import { someOf } from "../text/list.ts";
import { didYouMean } from "../text/suggest.ts";
import { entryOf } from "./by_name.ts";
import type { PartialConfig } from "./schema.ts";
import { aside } from "./sources.ts";

/** The tensors may be those that the model file tells. */
type ShapeOptions = Omit<PartialConfig, keyof KnownSignature> & KnownSignature;

type ShapeKey = "min_shapes" | "opt_shapes" | "max_shapes";

const IN_ORDER: readonly ShapeKey[] = ["min_shapes", "opt_shapes", "max_shapes"];
const BY_INPUT = [...IN_ORDER, "value_ranges", "dtypes"] as const;
const BY_OUTPUT = ["atol", "rtol"] as const;

export function shapeProblems(config: ShapeOptions, where: (key: string) => string): Problem[] {
  return [
    ...IN_ORDER.flatMap((key, index) =>
      IN_ORDER.slice(index + 1).flatMap((larger) => orderProblems(config, { key, larger, where }))
    ),
    ...IN_ORDER.flatMap((key) => axisProblems(config, key, where)),
    ...unknownNames(config, where),
  ];
}

interface Pair {
  readonly key: ShapeKey;
  readonly larger: ShapeKey;
  readonly where: (key: string) => string;
}

function orderProblems(config: ShapeOptions, { key, larger, where }: Pair): Problem[] {
  return Object.entries(config[key] ?? {}).flatMap(([name, small]) => {
    const large = entryOf(config[larger], name);
    if (large === undefined) return [];
    const shown = `\`${name}\` ${small.join(",")}`;
    const says = `${large.join(",")}${aside(where(larger), larger)}`;
    if (large.length !== small.length) {
      return [{
        where: where(key),
        what: `${shown} has ${small.length} axes, but ${larger} says ${says}`,
      }];
    }
    return small.every((size, axis) => size <= large[axis]!) ? [] : [{
      where: where(key),
      what: `${shown} must not be above ${larger}, which says ${says}`,
    }];
  });
}

/** Fixed axes of an input are the same in every shape. */
function axisProblems(
  config: ShapeOptions,
  key: ShapeKey,
  where: (key: string) => string,
): Problem[] {
  return (config.inputs ?? []).flatMap(({ name, shape }) => {
    const given = entryOf(config[key], name);
    if (given === undefined) return [];
    const agrees = given.length === shape.length &&
      shape.every((size, axis) => size === -1 || size === given[axis]);
    return agrees ? [] : [{
      where: where(key),
      what: `\`${name}\` ${given.join(",")} does not fit the input's shape ${shape.join(",")}`,
      hint: "give every axis, the batch axis included; fixed axes as they are",
    }];
  });
}

function unknownNames(config: ShapeOptions, where: (key: string) => string): Problem[] {
  const of = (
    keys: readonly (typeof BY_INPUT[number] | typeof BY_OUTPUT[number])[],
    list?: readonly TensorSpec[],
  ) =>
    list === undefined ? [] : keys.flatMap((key) => {
      const names = list.map((tensor) => tensor.name);
      const known = new Set(names);
      const unknown = Object.keys(config[key] ?? {}).filter((name) => name && !known.has(name));
      if (unknown.length === 0) return [];
      return [{
        where: where(key),
        what: `names ${quoted(unknown)}, which ${unknown.length === 1 ? "is" : "are"} none of ${
          quoted(names)
        }`,
        hint: didYouMean(unknown[0]!, names),
      }];
    });
  return [...of(BY_INPUT, config.inputs), ...of(BY_OUTPUT, config.outputs)];
}

function quoted(names: readonly string[]): string {
  return someOf(names.map((name) => `\`${name}\``));
}
