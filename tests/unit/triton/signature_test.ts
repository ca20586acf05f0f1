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
