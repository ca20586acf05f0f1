import { UserError } from "../../../src/errors.ts";
import { readSavedModel, readSignatureKey } from "../../../src/model/saved_model.ts";
import type { ToldSignature } from "../../../src/model/tensor.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import { inMemory } from "../../support/memory_file.ts";
import {
  type GraphParts,
  savedModel,
  smallSavedModel,
  type TensorParts,
} from "../../support/saved_model.ts";
import { field, message, text } from "../../support/wire.ts";

const FIXTURES = new URL("./fixtures/", import.meta.url);
const read = (...graphs: GraphParts[]) => readSavedModel(inMemory(savedModel(...graphs)).file);
const fixture = async (name: string) =>
  inMemory(await Deno.readFile(new URL(`${name}.pb`, FIXTURES))).file;

async function refusal(read: () => Promise<unknown>): Promise<UserError> {
  const error = await failure(read);
  ok(error instanceof UserError, error.stack);
  return error;
}

/** By model and signature, as TensorFlow reports them; null is an unknown rank. */
async function saidByTensorflow(): Promise<Record<string, Record<string, ToldSignature>>> {
  const text = await Deno.readTextFile(new URL("signatures.json", FIXTURES));
  return JSON.parse(text, (key, value) => key === "shape" && value === null ? undefined : value);
}

Deno.test("SavedModel: what TensorFlow saved is read as TensorFlow reads it", async (t) => {
  const said = await saidByTensorflow();
  const rows: [string, string][] = [
    ["dense", "serving_default"],
    ["two_inputs", "serving_default"],
    ["unknown_rank", "serving_default"],
    ["one_other", "total"],
  ];
  for (const [model, signature] of rows) {
    await t.step(model, async () => {
      const told = await readSavedModel(await fixture(model));
      const shapeless = (tensors: ToldSignature["inputs"]) =>
        tensors.map(({ name, dtype, shape }) => ({ name, dtype, shape }));
      const { inputs, outputs } = said[model]![signature]!;
      equal(told, { inputs: shapeless(inputs), outputs: shapeless(outputs) });
      equal(await readSignatureKey(await fixture(model), model), signature);
    });
  }
});

Deno.test("SavedModel: what TensorFlow saved and Triton cannot serve", async () => {
  const rows: [string, RegExp, RegExp][] = [
    ["several", /no signature `serving_default`, .*: `forward`, `total`$/, /'serving_default': …/],
    ["no_signature", /^m: has no signature, so nothing tells/, /signatures=/],
    ["sparse", /^m: `sparse` is a sparse tensor, which Triton lacks$/, /plain tensors/],
  ];
  for (const [model, what, hint] of rows) {
    const file = await fixture(model);
    const { message, problems } = await refusal(() => readSavedModel(file, "m"));
    match(message, what);
    match(problems[0]!.hint!, hint);
  }
});

Deno.test("SavedModel: only the graph tagged `serve` alone counts", async () => {
  const graph = (name: string, ...tags: string[]): GraphParts => ({
    tags,
    signatures: { serving_default: { inputs: [{ name, shape: [-1] }] } },
  });
  const { inputs } = await read(
    graph("a", "train"),
    graph("b", "serve", "gpu"),
    graph("c", "serve"),
  );
  equal(inputs.map(({ name }) => name), ["c"]);
  const { message, problems } = await refusal(() =>
    read(graph("a", "serve", "tpu"), graph("b", "b"))
  );
  match(message, /holds no graph with the tag `serve` alone/);
  match(problems[0]!.hint!, /^its tags are `serve tpu`, `b`:/);
});

Deno.test("SavedModel: what TensorFlow adds for itself is no signature", async () => {
  const own = {
    __saved_model_init_op: { outputs: [{ name: "init", type: 0 }] },
    __saved_model_train_op: { outputs: [{ name: "train", type: 0 }] },
  };
  const outputs = [{ name: "y", shape: [-1] }];
  equal((await read({ signatures: { ...own, predict: { outputs } } })).outputs.length, 1);
  match((await refusal(() => read({ signatures: own }))).message, /has no signature/);
});

Deno.test("SavedModel: shapes", async () => {
  const shapes: TensorParts["shape"][] = [[], [-1], [7], [-1, 2, 3], undefined];
  const inputs = shapes.map((shape, i) => ({ name: `x${i}`, shape }));
  const told = await read({ signatures: { serving_default: { inputs } } });
  equal(told.inputs.map(({ shape }) => shape), shapes);
});

Deno.test("SavedModel: all that Triton lacks is said at once", async () => {
  const { problems } = await refusal(() =>
    read({
      signatures: {
        serving_default: {
          inputs: [
            { name: "c", type: 14, shape: [-1] },
            { name: "b", type: 101, shape: [-1] },
            { name: "a", encoding: "composite", shape: [-1] },
            { name: "fine", shape: [-1] },
          ],
          outputs: [{ name: "d", shape: [-1, 0] }],
        },
      },
    })
  );
  equal(problems.map(({ what }) => what), [
    "`a` is a composite tensor, which Triton lacks",
    "`b` has the TensorFlow type 101, which Triton's TensorFlow backend lacks",
    "`c` has the TensorFlow type 14, which Triton's TensorFlow backend lacks",
    "`d` has an axis of size 0, which Triton lacks",
  ]);
});

Deno.test("SavedModel: the graph is skipped, not read", async () => {
  const signatures = { serving_default: { inputs: [{ name: "x", shape: [-1] }] } };
  const { file, read } = inMemory(savedModel({ bytes: 20_000_000, signatures }));
  equal((await readSavedModel(file)).inputs.length, 1);
  ok(read.bytes < 200_000 && read.calls < 5, `${read.bytes} bytes in ${read.calls} reads`);
});

Deno.test("SavedModel: what is none is refused in words", async () => {
  const whole = smallSavedModel();
  const rows: [Uint8Array, RegExp][] = [
    [new Uint8Array(), /^m: cannot be read as a SavedModel: it holds no graph with a tag$/],
    [savedModel({ tags: [] }), /it holds no graph with a tag$/],
    [message((w) => field(w, 1, new Uint8Array())), /perhaps a frozen graph$/],
    [whole.subarray(0, -1), /it is cut short$/],
    [new Uint8Array(1000).fill(0xff), /no protobuf message$/],
    [new TextEncoder().encode("<!DOCTYPE html><html></html>"), /no protobuf message$/],
  ];
  for (const [bytes, expected] of rows) {
    match((await refusal(() => readSavedModel(inMemory(bytes).file, "m"))).message, expected);
  }
  for (let length = 0; length < whole.length; length++) {
    await refusal(() => readSavedModel(inMemory(whole.subarray(0, length)).file));
  }
});

Deno.test("SavedModel: no file makes the reader keep more than any model needs", async () => {
  const repeat = (number: number, { count, bytes }: { count: number; bytes: Uint8Array }) =>
    message((w) => {
      for (let i = 0; i < count; i++) field(w, number, bytes);
    });
  const within = (bytes: Uint8Array, ...path: number[]) =>
    path.reduceRight((inner, number) => message((w) => field(w, number, inner)), bytes);
  const name = message((w) => text(w, 1, "x"));
  const rows = [
    within(repeat(1, { count: 100_000, bytes: name }), 2, 5, 2),
    within(repeat(4, { count: 10, bytes: new Uint8Array(1_000_000) }), 2, 1),
    within(repeat(5, { count: 100_000, bytes: name }), 2),
  ];
  for (const bytes of rows) {
    const { message } = await refusal(() => readSavedModel(inMemory(bytes).file));
    match(message, /holds more names and tensors than any model has$/);
  }
});

Deno.test("SavedModel: random bytes never crash the reader", async () => {
  let seed = 1;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
  for (let round = 0; round < 300; round++) {
    const bytes = smallSavedModel();
    for (let i = 0; i < 4; i++) bytes[Math.floor(random() * bytes.length)] = random() * 256;
    await readSavedModel(inMemory(bytes).file).catch((error) => ok(error instanceof UserError));
  }
});
