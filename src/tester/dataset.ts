/** What the samples of each input look like: the server's signature and the user's dataset options. */

import { entryOf } from "../config/by_name.ts";
import { type Problem, UserError } from "../errors.ts";
import type { DType } from "../model/dtype.ts";
import type { TensorSpec } from "../model/tensor.ts";
import {
  sampleValues,
  type ValueOptions,
  type Values,
  valuesProblem,
  valuesRequest,
} from "../plan/sample_values.ts";
import { didYouMean } from "../text/suggest.ts";
import { dimsProblem, type DimsRequest, sampleDims } from "./sample_dims.ts";
import type { ServedModel } from "./served_model.ts";

/** The user's options. */
export interface DatasetOptions extends ValueOptions {
  readonly max_shapes?: Readonly<Record<string, readonly number[]>> | undefined;
}

/** One input as it is sent: its dims without the batch axis. */
export interface SampleSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly number[];
  readonly values: Values;
}

/** @throws UserError with everything that does not fit the served model */
export function planDataset(options: DatasetOptions, served: ServedModel): readonly SampleSpec[] {
  const requests = served.inputs.map((input) => ({
    dims: dimsRequest(input, options, served),
    values: valuesRequest(input, options),
  }));
  const problems = [
    ...unknownNames("max_shapes", options.max_shapes, served),
    ...unknownNames("value_ranges", options.value_ranges, served),
    ...unknownNames("dtypes", options.dtypes, served),
    ...requests.flatMap(({ dims, values }) => [dimsProblem(dims), valuesProblem(values)]),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new UserError(problems);
  return requests.map(({ dims, values }) => ({
    name: dims.input.name,
    dtype: dims.input.dtype,
    dims: sampleDims(dims),
    values: sampleValues(values),
  }));
}

function dimsRequest(
  input: TensorSpec,
  options: DatasetOptions,
  served: ServedModel,
): DimsRequest {
  const maxShape = entryOf(options.max_shapes, input.name);
  return { input, batched: served.maxBatchSize > 0, maxShape };
}

function unknownNames(
  where: string,
  option: Readonly<Record<string, unknown>> | undefined,
  served: ServedModel,
): Problem[] {
  const names = served.inputs.map((input) => input.name);
  return Object.keys(option ?? {})
    .filter((name) => name !== "" && !names.includes(name))
    .map((name) => ({
      where,
      what: `the model has no input \`${name}\``,
      hint: didYouMean(name, names) ?? `its inputs are ${names.join(", ")}`,
    }));
}
