/** The value shapes that options share, with messages that a person can act on. */

import * as v from "valibot";
import { DTYPES } from "../model/dtype.ts";

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const message = `must be an integer ${range}`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

export function flag() {
  return v.boolean("must be true or false");
}

export function number(min: number, what: string) {
  return v.pipe(v.number(what), v.finite(what), v.minValue(min, what));
}

const LINE = "must not contain control characters or line breaks";

const unbroken = v.check(
  (value: string) => !/[\u0080-\u009f\u2028\u2029]/.test(value),
  LINE,
);

/** A single line of text. The pattern goes into JSON Schema, whose readers in Go know no `\\u`. */
export function text(what = "must be a line of text") {
  return v.pipe(
    v.string(what),
    v.minLength(1, "must not be empty"),
    v.regex(/^[^\x00-\x1f\x7f]*$/, LINE),
    unbroken,
  );
}

/** Where the deployer can fetch a model from. */
export function modelUri() {
  const form = /^(\/|(https?|s3|as|gs|file):\/\/)[^\x00-\x1f\x7f]+$/i;
  const schemes = "http://, https://, s3://, as://, gs:// or file://";
  return v.pipe(pattern(form, `must be an absolute path, or a URI with ${schemes}`), unbroken);
}

export function pattern(regex: RegExp, what: string) {
  return v.pipe(v.string(what), v.regex(regex, what));
}

export function sha256() {
  return pattern(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits");
}

export function nonEmpty<const T extends v.GenericSchema>(item: T) {
  return v.pipe(v.array(item, "must be a list"), v.minLength(1, "must not be empty"));
}

export function choice<const T extends readonly string[]>(options: T) {
  return v.picklist(options, `must be one of ${options.join(", ")}`);
}

const DIMENSION = "a dimension must be -1 (dynamic) or at least 1";

const dimension = v.pipe(
  v.number("must be a shape"),
  v.integer("a dimension must be an integer"),
  v.minValue(-1, DIMENSION),
  v.notValue(0, DIMENSION),
  v.maxValue(Number.MAX_SAFE_INTEGER, "a dimension must be below 2^53"),
);

export const dtype = v.picklist(DTYPES, `must be one of ${DTYPES.join(", ")}`);

export const tensors = v.pipe(
  v.array(
    v.strictObject({
      name: text("a tensor needs a name"),
      shape: v.array(dimension, "must be a list of dimensions"),
      dtype,
    }, "must be NAME:SHAPE:DTYPE, or a map of name, shape and dtype"),
    "must be a list of tensors",
  ),
  v.minLength(1, "must name at least one tensor"),
  v.check(
    (list) => new Set(list.map((t) => t.name)).size === list.length,
    "must not name a tensor twice",
  ),
);

export const shapes = v.record(
  v.string(),
  v.array(integer(1), "must be a list of dimensions"),
  "must map tensor names to shapes",
);

export const ranges = v.record(
  v.string(),
  v.pipe(
    v.array(
      v.pipe(v.number("bounds must be numbers"), v.finite("bounds must be finite")),
      "must be a list of two numbers",
    ),
    v.length(2, "a range is two numbers, the lower and the upper bound"),
    v.check((r) => r[0]! <= r[1]!, "the lower bound must not be above the upper one"),
  ),
  "must map tensor names to ranges",
);

export const dtypes = v.record(v.string(), dtype, "must map tensor names to dtypes");

/** How far an output may be off; the key "" stands for all outputs that are not named. */
export const tolerances = v.pipe(
  v.record(
    v.string(),
    v.pipe(
      v.number("a tolerance must be a number"),
      v.finite("a tolerance must be finite"),
      v.minValue(0, "a tolerance must not be negative"),
    ),
    "must be a number, or map output names to numbers",
  ),
  v.check((map) => Object.keys(map).length > 0, "must not be empty"),
);

export const counts = v.strictObject({
  cpu: v.optional(integer(0)),
  gpu: v.optional(integer(0)),
}, "must map `cpu` or `gpu` to a number of instances");
