import { UserError } from "../../../src/errors.ts";
import type { SampleSpec } from "../../../src/tester/dataset.ts";
import { encodingOf } from "../../../src/model/encoding.ts";
import { printInputData, sampleCount } from "../../../src/tester/input_data.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";

interface Tensor {
  readonly content: { readonly b64: string };
  readonly shape: readonly number[];
}

const integers = (low: number, high: number) => ({ kind: "integer", low, high }) as const;
const floats = (low: number, high: number) => ({ kind: "float", low, high }) as const;
const spec = (dtype: SampleSpec["dtype"], values: SampleSpec["values"], dims = [50]) =>
  ({ name: "x", dtype, values, dims }) as const;

function samples(specs: readonly SampleSpec[], seed = 0): readonly Record<string, Tensor>[] {
  return JSON.parse(printInputData(specs, seed)).data;
}

function view(tensor: Tensor): DataView {
  return new DataView(Uint8Array.fromBase64(tensor.content.b64).buffer);
}

/** All numbers of all samples, read by the type's own reader. */
function numbers(
  one: SampleSpec,
  read: (view: DataView, at: number) => number | bigint,
): readonly number[] {
  const { bytes } = encodingOf(one.dtype as "int8");
  return samples([one]).flatMap((sample) => {
    const data = view(sample["x"]!);
    return Array.from({ length: data.byteLength / bytes }, (_, i) => Number(read(data, i * bytes)));
  });
}

Deno.test("one seed gives one file, another seed or name another", () => {
  const one = spec("float32", floats(0, 1));
  equal(printInputData([one], 7), printInputData([one], 7));
  ok(printInputData([one], 7) !== printInputData([one], 8));
  const [first] = samples([one, { ...one, name: "y" }]);
  ok(first!["x"]!.content.b64 !== first!["y"]!.content.b64);
  // The bytes themselves, so that they stay the same from release to release and on every machine.
  const [sample] = samples([spec("uint8", integers(0, 255), [6])]);
  equal([...Uint8Array.fromBase64(sample!["x"]!.content.b64)], [77, 146, 206, 170, 207, 186]);
});

Deno.test("there are eight different samples with the dims beside them", () => {
  const all = samples([spec("int32", integers(0, 255), [2, 3])]);
  equal(all.length, 8);
  equal(new Set(all.map((sample) => sample["x"]!.content.b64)).size, 8);
  equal(all.map((sample) => sample["x"]!.shape), Array(8).fill([2, 3]));
  equal(samples([spec("float32", floats(0, 1), [])])[0]!["x"]!.shape, []);
});

Deno.test("integers reach both bounds and nothing else", () => {
  for (
    const [dtype, low, high, read] of [
      ["int8", -128, 127, (v, i) => v.getInt8(i)],
      ["uint8", 250, 255, (v, i) => v.getUint8(i)],
      ["int16", -3, 3, (v, i) => v.getInt16(i, true)],
      ["uint16", 65530, 65535, (v, i) => v.getUint16(i, true)],
      ["int32", -3, 3, (v, i) => v.getInt32(i, true)],
      ["uint32", 2 ** 32 - 3, 2 ** 32 - 1, (v, i) => v.getUint32(i, true)],
      ["int64", -3, 3, (v, i) => v.getBigInt64(i, true)],
      ["uint64", 0, 2, (v, i) => v.getBigUint64(i, true)],
      ["bool", 0, 1, (v, i) => v.getUint8(i)],
      ["float32", -3, 3, (v, i) => v.getFloat32(i, true)],
    ] as [SampleSpec["dtype"], number, number, (view: DataView, at: number) => number][]
  ) {
    const found = numbers(spec(dtype, integers(low, high), [500]), read);
    equal([Math.min(...found), Math.max(...found)], [low, high], dtype);
    ok(found.every(Number.isInteger), dtype);
  }
});

Deno.test("floats stay within their bounds after rounding, FP16 and BF16 too", () => {
  const bfloat16 = (v: DataView, i: number) => {
    const wide = new DataView(new ArrayBuffer(4));
    wide.setUint32(0, v.getUint16(i, true) << 16);
    return wide.getFloat32(0);
  };
  for (
    const [dtype, read] of [
      ["float16", (v, i) => v.getFloat16(i, true)],
      ["bfloat16", bfloat16],
      ["float32", (v, i) => v.getFloat32(i, true)],
      ["float64", (v, i) => v.getFloat64(i, true)],
    ] as [SampleSpec["dtype"], (view: DataView, at: number) => number][]
  ) {
    const found = numbers(spec(dtype, floats(-0.1, 0.3), [2000]), read);
    ok(found.every((x) => x >= -0.1 && x <= 0.3), dtype);
    const mean = found.reduce((sum, x) => sum + x, 0) / found.length;
    ok(Math.abs(mean - 0.1) < 0.005, `${dtype} ${mean}`);
    const whole = numbers(spec(dtype, floats(2, 2)), read);
    equal(new Set(whole), new Set([2]));
  }
});

Deno.test("the widest ranges overflow nowhere", () => {
  for (const dtype of ["float64", "float32", "bfloat16", "float16"] as const) {
    const { low, high } = encodingOf(dtype);
    const read = dtype === "float64" ? (v: DataView, i: number) => v.getFloat64(i, true) : () => 0;
    ok(numbers(spec(dtype, floats(low, high)), read).every(Number.isFinite));
  }
  for (const dtype of ["int64", "uint64"] as const) {
    const { low, high } = encodingOf(dtype);
    ok(numbers(spec(dtype, integers(low, high)), (v, i) => v.getUint8(i)).length > 0);
  }
});

Deno.test("a text is its length and its bytes", () => {
  const text = (values: SampleSpec["values"]) => {
    const data = view(samples([spec("string", values, [1])])[0]!["x"]!);
    equal(data.getUint32(0, true), data.byteLength - 4);
    return new TextDecoder().decode(data.buffer.slice(4) as ArrayBuffer);
  };
  match(text({ kind: "letters" }), /^[a-z]{16}$/);
  match(text(integers(10, 99)), /^\d\d$/);
});

Deno.test("large samples are fewer, and one that is too large is refused", async () => {
  const count = (mebibytes: number) =>
    sampleCount([spec("uint8", integers(0, 1), [mebibytes * 2 ** 20])]);
  equal([1, 8, 20, 40, 128].map(count), [8, 8, 3, 1, 1]);
  const error = await failure(() => count(153));
  ok(error instanceof UserError);
  match(error.message, /max_shapes: makes one sample 153 MiB large/);
});
