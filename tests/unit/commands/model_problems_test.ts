import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { fakeWorld, inFolder } from "../../support/fake_world.ts";
import { onnx, smallOnnx } from "../../support/onnx.ts";
import { savedModel, smallSavedModel } from "../../support/saved_model.ts";

async function create(flags: string, files: Readonly<Record<string, Uint8Array | string>>) {
  const world = fakeWorld();
  let code = 0;
  await inFolder(async () => {
    for (const [path, content] of Object.entries(files)) {
      await Deno.mkdir(path.includes("/") ? path.replace(/\/[^/]*$/, "") : ".", {
        recursive: true,
      });
      if (typeof content === "string") await Deno.symlink(content, path);
      else await Deno.writeFile(path, content);
    }
    const words = `create --dry-run --model-name m ${flags}`.split(" ");
    code = await run(words, world);
  });
  return { code, err: world.stderr.join("\n") };
}

const OUTPUTS = "--outputs y:-1,4:float32";
const external = onnx({
  inputs: [{ name: "x", shape: [-1] }],
  outputs: [{ name: "y", shape: [-1] }],
  initializers: [{ name: "w", file: "w.bin" }],
});

Deno.test("create: the model file agrees", async (t) => {
  const rows: Record<string, [string, Readonly<Record<string, Uint8Array | string>>]> = {
    "ONNX": [`--model-path m.onnx ${OUTPUTS}`, { "m.onnx": smallOnnx() }],
    "ONNX with its data": ["--model-path m.onnx", {
      "m.onnx": external,
      "w.bin": new Uint8Array(4),
    }],
    "a folder": [`--model-path m.savedmodel ${OUTPUTS}`, {
      "m.savedmodel/saved_model.pb": smallSavedModel(),
      "m.savedmodel/variables/v": new Uint8Array(2),
    }],
    "the document's folder": ["--model-path m.savedmodel", {
      "m.savedmodel/model.pb": smallSavedModel(),
    }],
    "a folder with a version": ["--model-path export --model-format tf-savedmodel", {
      "export/1/saved_model.pb": smallSavedModel(),
    }],
    "a lone file": ["--model-path saved_model.pb", { "saved_model.pb": smallSavedModel() }],
    "a link": ["--model-path m.savedmodel", {
      "real/saved_model.pb": smallSavedModel(),
      "m.savedmodel": "real",
    }],
    "a link to nothing": ["--model-path m.onnx", { "m.onnx": "nothing" }],
  };
  for (const [name, [flags, files]] of Object.entries(rows)) {
    await t.step(name, async () => {
      const { code, err } = await create(flags, files);
      equal(code, 0, err);
    });
  }
});

Deno.test("create: the model file contradicts", async (t) => {
  const signatures = { one: {}, two: {} };
  const rows: [string, Readonly<Record<string, Uint8Array | string>>, RegExp][] = [
    [
      "--model-path m.onnx --outputs y:-1,9:float32",
      { "m.onnx": smallOnnx() },
      /^error: --outputs: `y:-1,9:float32` is given, but the model file says `y:-1,4:float32`/,
    ],
    [
      "--model-path m.onnx",
      { "m.onnx": external },
      /^error: m\.onnx: keeps tensors in "w\.bin", which is not there/,
    ],
    [
      "--model-path m.savedmodel --inputs x:-1,3:int64",
      { "m.savedmodel/saved_model.pb": smallSavedModel() },
      /^error: --inputs: `x:-1,3:int64` is given, but the model file says `x:-1,3:float32`/,
    ],
    [
      "--model-path link.savedmodel --inputs z:-1:int64",
      { "link.savedmodel": "real.pb", "real.pb": smallSavedModel() },
      /^error: --inputs: `z:-1:int64` is given, but the model file has no such tensor/,
    ],
    [
      "--model-path m.savedmodel",
      { "m.savedmodel/model.pb": savedModel({ signatures }) },
      /^error: m\.savedmodel\/model\.pb: has no signature `serving_default`.*: `one`, `two`$/m,
    ],
    [
      "--model-path m.savedmodel",
      { "m.savedmodel/README": new Uint8Array() },
      /^error: m\.savedmodel\/README: cannot be read as a SavedModel/,
    ],
    ["--model-path m.savedmodel", {
      "m.savedmodel/a.x": smallOnnx(),
      "m.savedmodel/b.x": smallOnnx(),
    }, /^error: m\.savedmodel holds no model/],
    [
      "--model-path m.onnx",
      { "m.onnx/saved_model.pb": smallSavedModel() },
      /^error: m\.onnx\/saved_model\.pb: cannot be read as ONNX/,
    ],
  ];
  for (const [flags, files, expected] of rows) {
    await t.step(`${flags} ${expected}`, async () => {
      const { code, err } = await create(flags, files);
      equal(code, 2, err);
      match(err, expected);
    });
  }
});
