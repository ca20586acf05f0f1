import { UserError } from "../../../src/errors.ts";
import type { DType } from "../../../src/model/dtype.ts";
import { type DatasetOptions, planDataset } from "../../../src/tester/dataset.ts";
import { equal, failure, ok } from "../../support/assert.ts";

const served = (dtype: DType, shape: readonly number[], maxBatchSize = 8) => ({
  serverVersion: "2.51.0",
  platform: "onnxruntime_onnx",
  instances: [],
  configuration: {},
  maxBatchSize,
  dynamicBatching: false,
  inputs: [{ name: "x", dtype, shape }],
});
const plan = (options: DatasetOptions, model: ReturnType<typeof served>) =>
  planDataset(options, model)[0]!;
const problems = async (options: DatasetOptions, model: ReturnType<typeof served>) => {
  const error = await failure(() => plan(options, model));
  ok(error instanceof UserError, error.stack);
  return error.problems.map((p) => `${p.where}: ${p.what}${p.hint ? ` (${p.hint})` : ""}`);
};

Deno.test("dims are the served shape without its batch axis, dynamic axes from max_shapes", () => {
  for (
    const [shape, max, maxShape, dims] of [
      [[-1, 3, 4], 8, undefined, [3, 4]],
      [[-1, 3, -1], 8, [8, 3, 5], [3, 5]],
      [[-1], 8, undefined, []],
      [[2, 3], 0, undefined, [2, 3]],
      [[-1, 3], 0, [6, 3], [6, 3]],
      [[], 0, undefined, []],
    ] as const
  ) {
    const options = maxShape ? { max_shapes: { x: maxShape } } : {};
    equal(plan(options, served("float32", shape, max)).dims, dims);
  }
});

Deno.test("values follow the range by name, then the default, then 0..1", () => {
  const both = { "": [-1, 2], x: [5, 9] };
  for (
    const [dtype, options, values] of [
      ["float32", {}, { kind: "float", low: 0, high: 1 }],
      ["int64", {}, { kind: "integer", low: 0, high: 1 }],
      ["float32", { value_ranges: { "": [-1, 2] } }, { kind: "float", low: -1, high: 2 }],
      ["float32", { value_ranges: both }, { kind: "float", low: 5, high: 9 }],
      ["int32", { value_ranges: { x: [-0.5, 2.5] } }, { kind: "integer", low: -0, high: 2 }],
      ["float32", { dtypes: { x: "uint8" } }, { kind: "integer", low: 0, high: 1 }],
      ["float32", { dtypes: { "": "int64" } }, { kind: "integer", low: 0, high: 1 }],
      ["bool", { value_ranges: { "": [-1, 2] } }, { kind: "integer", low: 0, high: 1 }],
      ["string", { value_ranges: { "": [-1, 2] } }, { kind: "letters" }],
      ["string", { value_ranges: both }, { kind: "integer", low: 5, high: 9 }],
    ] as const
  ) equal(plan(options, served(dtype, [-1, 2])).values, values);
});

Deno.test("an input whose size nobody knows names itself and the option", async () => {
  equal(await problems({}, served("int32", [-1, -1, 7])), [
    "max_shapes: lacks the input `x`, whose shape [-1,-1,7] has dynamic axes (give its largest " +
    "shape, batch axis included: `--max-shapes x=1,1,7`)",
  ]);
});

Deno.test("everything that does not fit the served model is said at once", async () => {
  equal(
    await problems(
      { max_shapes: { x: [4] }, value_ranges: { X: [0, 1] }, dtypes: { x: "string" } },
      served("int32", [-1, 4]),
    ),
    [
      "value_ranges: the model has no input `X` (did you mean `x`?)",
      "max_shapes: x=4 has 1 axes, but on the server the shape is [-1,4] (the batch axis, which is the first, is one of them)",
      "dtypes: string does not fit the input `x`, which is int32",
    ],
  );
});

Deno.test("each kind of misfit has its words", async () => {
  for (
    const [dtype, options, expected] of [
      [
        "float32",
        { max_shapes: { x: [8, 5] } },
        "max_shapes: x=8,5 is not a case of the shape [-1,4] on the server",
      ],
      [
        "uint8",
        { value_ranges: { x: [0, 256] } },
        "value_ranges: 0,256 does not fit the input `x`, which is uint8: 0 to 255",
      ],
      [
        "uint8",
        { value_ranges: { "": [-1, 1] } },
        "value_ranges: -1,1 does not fit the input `x`, which is uint8: 0 to 255 (give it a range of its own: `--value-ranges x=0,1`)",
      ],
      [
        "float16",
        { value_ranges: { x: [0, 70000] } },
        "value_ranges: 0,70000 does not fit the input `x`, which is float16: -65504 to 65504",
      ],
      [
        "int8",
        { value_ranges: { x: [0.2, 0.8] } },
        "value_ranges: 0.2,0.8 holds no whole number, which the input `x` needs",
      ],
      [
        "int8",
        { dtypes: { "": "float32" } },
        "dtypes: float32 does not fit the input `x`, which is int8",
      ],
    ] as const
  ) equal(await problems(options, served(dtype, [-1, 4])), [expected]);
});

Deno.test("an input may be called like a method of objects", () => {
  const model = {
    ...served("int32", [-1, 2]),
    inputs: [{ name: "constructor", dtype: "int32" as const, shape: [-1, 2] }],
  };
  equal(plan({ value_ranges: {}, max_shapes: {}, dtypes: {} }, model).values, {
    kind: "integer",
    low: 0,
    high: 1,
  });
});
