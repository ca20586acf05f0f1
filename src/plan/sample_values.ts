/** Which values the samples of one input hold. */

import { entryOf } from "../config/by_name.ts";
import type { Problem } from "../errors.ts";
import type { DType } from "../model/dtype.ts";
import { encodingOf } from "../model/encoding.ts";
import type { TensorSpec } from "../model/tensor.ts";

/** Both bounds are included. */
export type Values =
  | { readonly kind: "float" | "integer"; readonly low: number; readonly high: number }
  | { readonly kind: "letters" };

export interface ValuesRequest {
  readonly input: TensorSpec;
  /** The range given for this very input; it turns a text into numerals. */
  readonly named: readonly number[] | undefined;
  /** The range given for all inputs; not meant for booleans and texts. */
  readonly general: readonly number[] | undefined;
  /** The dataset's type, where it differs from the model's. */
  readonly dtype: DType | undefined;
}

const DEFAULT_RANGE = [0, 1];

/** The user's options; the key "" is the default for all inputs. */
export interface ValueOptions {
  readonly value_ranges?: Readonly<Record<string, readonly number[]>> | undefined;
  readonly dtypes?: Readonly<Record<string, DType>> | undefined;
}

export function valuesRequest(
  input: TensorSpec,
  { value_ranges: ranges, dtypes }: ValueOptions,
): ValuesRequest {
  return {
    input,
    named: entryOf(ranges, input.name),
    general: entryOf(ranges, ""),
    dtype: entryOf(dtypes, input.name) ?? entryOf(dtypes, ""),
  };
}

/** To be called where `valuesProblem` has none. */
export function sampleValues(request: ValuesRequest): Values {
  const { input, named } = request;
  if (input.dtype === "string" && named === undefined) return { kind: "letters" };
  const [low = 0, high = 1] = rangeOf(request);
  return isFloat(request)
    ? { kind: "float", low, high }
    : { kind: "integer", low: Math.ceil(low), high: Math.floor(high) };
}

export function valuesProblem(request: ValuesRequest): Problem | undefined {
  const { input, named, dtype } = request;
  const { name } = input;
  if (dtype !== undefined && !isCompatible(dtype, input.dtype)) {
    return {
      where: "dtypes",
      what: `${dtype} does not fit the input \`${name}\`, which is ${input.dtype}`,
    };
  }
  const range = rangeOf(request);
  const [low = 0, high = 1] = range;
  const limits = input.dtype === "string" ? undefined : encodingOf(input.dtype);
  if (limits && (low < limits.low || high > limits.high)) {
    return {
      where: "value_ranges",
      what: `${range.join(",")} does not fit the input \`${name}\`, which is ${input.dtype}: ` +
        `${limits.low} to ${limits.high}`,
      hint: named ? undefined : `give it a range of its own: \`--value-ranges ${name}=0,1\``,
    };
  }
  if (isFloat(request) || Math.ceil(low) <= Math.floor(high)) return undefined;
  return {
    where: "value_ranges",
    what: `${range.join(",")} holds no whole number, which the input \`${name}\` needs`,
  };
}

function rangeOf({ input, named, general }: ValuesRequest): readonly number[] {
  const usesGeneral = input.dtype !== "string" && input.dtype !== "bool";
  return named ?? (usesGeneral ? general : undefined) ?? DEFAULT_RANGE;
}

function isFloat({ input, dtype = input.dtype }: ValuesRequest): boolean {
  return kindOf(input.dtype) === "float" && kindOf(dtype) === "float";
}

/** Whole numbers may be sent as floats, and booleans as numbers, not the other way round. */
function isCompatible(wanted: DType, served: DType): boolean {
  const order = ["bool", "integer", "float"];
  const [from, to] = [kindOf(wanted), kindOf(served)];
  return from === to ||
    (from !== "text" && to !== "text" && order.indexOf(from) < order.indexOf(to));
}

function kindOf(dtype: DType): "float" | "integer" | "bool" | "text" {
  return dtype === "string" ? "text" : encodingOf(dtype).kind;
}
