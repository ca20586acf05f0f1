import type { Format } from "../../../src/model/format.ts";
import type { TensorSpec } from "../../../src/model/tensor.ts";
import { checkSignature, joinSignatures } from "../../../src/triton/signature.ts";
import { equal, match } from "../../support/assert.ts";

const x: TensorSpec = { name: "x", shape: [-1, 3], dtype: "float32" };
const y: TensorSpec = { name: "y", shape: [-1, 4], dtype: "float32" };
const told = { inputs: [x], outputs: [y] };

Deno.test("signature: the file fills what the user left out", () => {
  const fixed = { ...x, shape: [8, 3] };
  equal(joinSignatures({}, told), { signature: told, problems: [] });
  equal(joinSignatures({ inputs: [fixed] }, told), {
    signature: { inputs: [fixed], outputs: [y] },
    problems: [],
  });
  equal(joinSignatures({ inputs: [x] }), { signature: { inputs: [x] }, problems: [] });
});

Deno.test("signature: contradictions show both sides", () => {
  const rows: [TensorSpec, RegExp][] = [
    [{ ...x, dtype: "float16" }, /`x:-1,3:float16` is given.*file says `x:-1,3:float32`/],
    [{ ...x, shape: [-1, 5] }, /`x:-1,5:float32` is given.*file says `x:-1,3:float32`/],
    [{ ...x, shape: [-1, -1] }, /`x:-1,-1:float32`/],
    [{ ...x, shape: [-1, 3, 1] }, /`x:-1,3,1:float32`/],
    [{ ...x, name: "z" }, /`z:-1,3:float32` is given, but the model file has no such tensor/],
  ];
  for (const [given, expected] of rows) {
    const { problems } = joinSignatures({ inputs: [given] }, told);
    equal(problems.length, 1);
    match(problems[0]!.what, expected);
    equal(problems[0]!.where, "inputs");
  }
});

Deno.test("signature: a shape that the file does not tell must be given, and is then taken", () => {
  const unknown = { inputs: [{ ...x, shape: undefined }], outputs: [y] };
  const { problems, signature } = joinSignatures({}, unknown);
  equal([problems.length, checkSignature(signature, { format: "onnx", batching: "static" })], [
    1,
    [],
  ]);
  match(problems[0]!.what, /does not tell how many axes `x` has/);
  equal(problems[0]!.hint, "give `--inputs x:SHAPE:float32`");
  const joined = joinSignatures({ inputs: [x] }, unknown);
  equal(joined, { signature: { inputs: [x], outputs: [y] }, problems: [] });
});

Deno.test("signature: a model without a batch axis cannot be batched", () => {
  const fixed = { ...y, shape: [1, 4] };
  const known = { inputs: [x], outputs: [fixed] };
  const [problem, ...more] = checkSignature(known, { format: "onnx", batching: "static" });
  equal(more.length, 0);
  match(problem!.what, /is static, but `y:1,4:float32` does not begin with the dynamic/);
  match(problem!.hint!, /`batching: disabled`/);
  equal(checkSignature(known, { format: "onnx", batching: "disabled" }), []);
  const scalar = { inputs: [{ ...x, shape: [] }], outputs: [y] };
  equal(checkSignature(scalar, { format: "onnx", batching: "dynamic" }).length, 1);
});

Deno.test("signature: a tensor without axes, where no batch axis hides that", () => {
  const known = { inputs: [{ ...x, shape: [] }], outputs: [y] };
  const problems = (format: Format, containerVersion?: string) =>
    checkSignature(known, {
      format,
      batching: "disabled",
      ...containerVersion && { containerVersion },
    })
      .map(({ where, what, hint }) => `${where}: ${what}; ${hint}`);
  equal(problems("onnx"), []);
  equal(problems("onnx", "24.11"), []);
  equal(problems("onnx", "22.07"), [
    "inputs: `x::float32` has no axes, which Triton's onnxruntime backend lacks before 23.10; " +
    "give `--container-version 23.10` or newer",
  ]);
  equal(problems("trt"), [
    "inputs: `x::float32` has no axes, which Triton's tensorrt backend lacks; " +
    "export the model with a shape of 1, or give `--target-formats onnx`",
  ]);
});

Deno.test("signature: only the pytorch backend must be told", () => {
  const use = { batching: "static" } as const;
  for (const format of ["onnx", "trt", "tf-savedmodel", "tf-trt"] as const) {
    equal(checkSignature({}, { ...use, format }), []);
  }
  for (const format of ["torchscript", "torch-trt"] as const) {
    const [problem] = checkSignature({ inputs: [x] }, { ...use, format });
    equal(problem!.where, "outputs");
    match(problem!.what, /Triton's pytorch backend cannot read them from a \.pt file/);
    match(problem!.hint!, /--outputs NAME:SHAPE:DTYPE.*deployer\.outputs/);
    equal(checkSignature({ inputs: [x], outputs: [y] }, { ...use, format }), []);
  }
});

Deno.test("signature: one cause is one problem, however many tensors have it", () => {
  const names = Array.from({ length: 5000 }, (_, i) => `x${i}`);
  const many = (shape: readonly number[] | undefined) =>
    names.map((name) => ({ name, dtype: "float32" as const, shape }));
  const fixed = { inputs: many([1, 3]) as TensorSpec[], outputs: [y] };
  const [batching, ...others] = checkSignature(fixed, { format: "onnx", batching: "static" });
  equal(others, []);
  match(batching!.what, /`x0:1,3:float32`, .*`x4:1,3:float32` … and 4,995 more do not begin with/);
  const untold = joinSignatures({ inputs: [{ ...x, name: "z" }] }, {
    inputs: many(undefined),
    outputs: [y],
  });
  equal(untold.problems.map(({ what, hint }) => [what, hint]), [
    [
      "`z:-1,3:float32` is given, but the model file has no such tensor",
      "its inputs are `x0`, `x1`, `x2`, `x3`, `x4` … and 4,995 more",
    ],
    [
      "the model file does not tell how many axes `x0`, `x1`, `x2`, `x3`, `x4` … and 4,995 more have",
      "give `--inputs x0:SHAPE:float32`, and so the others",
    ],
  ]);
});

Deno.test("signature: what no user could give, no model file may say", () => {
  const rows: [readonly TensorSpec[], string][] = [
    [[], "must name at least one tensor"],
    [[x, x], "must not name a tensor twice"],
    [[{ ...x, name: "" }], '`[0].name` must not be empty, not ""'],
    [
      [{ ...x, name: "a\nb" }],
      "`[0].name` must not contain control characters or line breaks, " +
      'not "a\\nb"',
    ],
    [[{ ...x, shape: [-1, 2 ** 62] }], "`[0].shape[1]` a dimension must be below 2^53"],
  ];
  for (const [tensors, expected] of rows) {
    for (const part of ["inputs", "outputs"] as const) {
      const { problems } = joinSignatures({}, { ...told, [part]: tensors });
      equal(problems.map(({ where, what }) => [where, what]), [
        [part, `in the model file: ${expected}`],
      ]);
    }
  }
});
