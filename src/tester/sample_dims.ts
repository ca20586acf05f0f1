/** The dims of one sample: the served shape with its dynamic axes given a size. */

import type { Problem } from "../errors.ts";
import type { TensorSpec } from "../model/tensor.ts";

export interface DimsRequest {
  readonly input: TensorSpec;
  /** The served shape leads with the batch axis, which a sample does not have. */
  readonly batched: boolean;
  /** Batch axis included, as the option has it. */
  readonly maxShape: readonly number[] | undefined;
}

/** To be called where `dimsProblem` has none. */
export function sampleDims({ input, batched, maxShape }: DimsRequest): readonly number[] {
  return input.shape
    .map((size, axis) => size === -1 ? maxShape?.[axis] ?? size : size)
    .slice(batched ? 1 : 0);
}

export function dimsProblem(request: DimsRequest): Problem | undefined {
  const { input, batched, maxShape } = request;
  const served = input.shape;
  if (maxShape === undefined) return hasDynamicAxis(request) ? missing(input) : undefined;
  const option = `${input.name}=${maxShape.join(",")}`;
  if (maxShape.length !== served.length) {
    return {
      where: "max_shapes",
      what: `${option} has ${maxShape.length} axes, but on the server the shape is ${
        print(served)
      }`,
      hint: batched ? "the batch axis, which is the first, is one of them" : undefined,
    };
  }
  const differs = served.some((size, axis) =>
    size !== -1 && size !== maxShape[axis] && !(batched && axis === 0)
  );
  if (!differs) return undefined;
  return {
    where: "max_shapes",
    what: `${option} is not a case of the shape ${print(served)} on the server`,
  };
}

function hasDynamicAxis({ input, batched }: DimsRequest): boolean {
  return input.shape.slice(batched ? 1 : 0).includes(-1);
}

function missing({ name, shape }: TensorSpec): Problem {
  const example = shape.map((size) => size === -1 ? 1 : size).join(",");
  return {
    where: "max_shapes",
    what: `lacks the input \`${name}\`, whose shape ${print(shape)} has dynamic axes`,
    hint: `give its largest shape, batch axis included: \`--max-shapes ${name}=${example}\``,
  };
}

function print(shape: readonly number[]): string {
  return `[${shape.join(",")}]`;
}
