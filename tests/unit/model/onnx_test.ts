import { UserError } from "../../../src/errors.ts";
import { readOnnx } from "../../../src/model/onnx.ts";
import { inMemory } from "../../support/memory_file.ts";
import { onnx, type OnnxParts, smallOnnx } from "../../support/onnx.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";

const read = (parts: OnnxParts) => readOnnx(inMemory(onnx(parts)).file);
const y = { name: "y", shape: [-1] };

Deno.test("onnx: inputs, outputs, opset", async () => {
  equal(await readOnnx(inMemory(smallOnnx()).file), {
    inputs: [{ name: "x", dtype: "float32", shape: [-1, 3] }],
    outputs: [{ name: "y", dtype: "float32", shape: [-1, 4] }],
    opset: 17,
    externalData: [],
  });
});

Deno.test("onnx: shapes", async () => {
  const rows: [OnnxParts["inputs"][number]["shape"], number[] | undefined][] = [
    [["N", 3, 224, 224], [-1, 3, 224, 224]],
    [[0, 2], [-1, 2]],
    [[-1, 2], [-1, 2]],
    [[], []],
    [undefined, undefined],
  ];
  for (const [shape, expected] of rows) {
    const model = await read({ inputs: [{ name: "x", shape }], outputs: [y] });
    equal(model.inputs[0]!.shape, expected);
  }
});

Deno.test("onnx: an initializer that is an input too is no input", async () => {
  const model = await read({
    inputs: [{ name: "x", shape: [-1] }, { name: "w", shape: [2] }],
    outputs: [y],
    initializers: [{ name: "w" }],
  });
  equal(model.inputs.map(({ name }) => name), ["x"]);
});

Deno.test("onnx: external data of initializers and of constants in branches, once each", async () => {
  const model = await read({
    inputs: [],
    outputs: [y],
    initializers: [{ name: "a", file: "w.bin" }, { name: "b", file: "w.bin" }],
    branchFiles: ["deep/c.bin"],
  });
  equal(model.externalData, ["deep/c.bin", "w.bin"]);
});

Deno.test("onnx: tensors are skipped, not read", async () => {
  const { file, read } = inMemory(onnx({
    inputs: [{ name: "x", shape: [-1] }],
    outputs: [y],
    initializers: Array.from({ length: 20 }, (_, i) => ({ name: `w${i}`, bytes: 2_000_000 })),
  }));
  const { inputs } = await readOnnx(file);
  equal(inputs[0]!.name, "x");
  ok(read.bytes < 2_000_000, `${read.bytes} bytes read`);
  ok(read.calls < 50, `${read.calls} reads`);
});

Deno.test("onnx: what is no ONNX model is refused in words", async () => {
  const whole = smallOnnx();
  const rows: [Uint8Array, RegExp][] = [
    [new Uint8Array(), /^m\.onnx: cannot be read as ONNX: it holds no graph$/],
    [new TextEncoder().encode("<!DOCTYPE html><html></html>"), /no protobuf message/],
    [new Uint8Array([0x08, 0x08]), /holds no graph/],
    [new Uint8Array(1000).fill(0xff), /no protobuf message/],
  ];
  for (const [bytes, expected] of rows) {
    const error = await failure(() => readOnnx(inMemory(bytes).file, "m.onnx"));
    ok(error instanceof UserError);
    match(error.message, expected);
  }
  const lengths = Array.from({ length: whole.length - 1 }, (_, i) => i);
  for (const length of lengths) {
    const cut = readOnnx(inMemory(whole.subarray(0, length)).file);
    const outcome = await cut.then(() => "read", (error) => error);
    ok(outcome === "read" || outcome instanceof UserError, `cut at ${length}: ${outcome}`);
  }
});

Deno.test("onnx: random bytes never crash the reader", async () => {
  let seed = 1;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  for (let round = 0; round < 300; round++) {
    const bytes = smallOnnx();
    for (let i = 0; i < 4; i++) bytes[Math.floor(random() * bytes.length)] = random() * 256;
    await readOnnx(inMemory(bytes).file).catch((error) => ok(error instanceof UserError));
  }
});

Deno.test("onnx: what Triton has no type for", async () => {
  match(
    (await failure(() => read({ inputs: [{ name: "x", type: 17, shape: [-1] }], outputs: [y] })))
      .message,
    /`x` has the ONNX element type 17, which Triton lacks/,
  );
  match(
    (await failure(() => read({ inputs: [{ name: "s", type: 0, shape: [-1] }], outputs: [y] })))
      .message,
    /`s` is not a tensor/,
  );
});
