import { run } from "../../../src/cli/run.ts";
import { torchScriptZip, zip } from "../../support/archive.ts";
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
const x = { name: "x", shape: [-1, 3] };
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
    "TorchScript that tells its arguments": [
      `--model-path m.pt --inputs x:-1,3:float32 ${OUTPUTS}`,
      { "m.pt": torchScriptZip("m", "def forward(self: Net, x: Tensor) -> Tensor:") },
    ],
    "TorchScript that does not": [`--model-path m.pt`, { "m.pt": torchScriptZip("m") }],
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
    [
      "--model-path m.onnx --max-shapes x=8,4",
      { "m.onnx": smallOnnx() },
      /^error: --max-shapes: `x` 8,4 does not fit the input's shape -1,3$/m,
    ],
    [
      "--model-path m.onnx --max-shapes x=1,3,5",
      { "m.onnx": smallOnnx() },
      /^error: --max-shapes: `x` 1,3,5 does not fit the input's shape -1,3$/m,
    ],
    [
      "--model-path m.onnx --min-shapes zzz=1,3 --value-ranges zzz=1,3 --atol zzz=1",
      { "m.onnx": smallOnnx() },
      new RegExp(
        ["--min-shapes: names `zzz`, which is none of `x`", "--value-ranges: .*", "--atol: .* `y`"]
          .map((line) => `error: ${line}\n`).join("").trim(),
      ),
    ],
    [
      "--model-path m.onnx",
      { "m.onnx": onnx({ inputs: [x, x], outputs: [{ name: "a\nb", shape: [-1] }] }) },
      /^error: --inputs: in the model file: must not name a tensor twice\nhint: .*\nerror: --outputs: in the model file: `\[0\]\.name` must not contain .*"a\\nb"$/m,
    ],
    [
      "--model-path m.zip --model-format onnx",
      { "m.zip": zip([{ name: "m.onnx", body: smallOnnx() }]) },
      /^error: m\.zip: is a ZIP archive, not the model itself\nhint: .*`--model-uri` may lead to an/,
    ],
    [
      "--model-path m.pt",
      { "m.pt": zip([{ name: "m/data.pkl", body: "" }, { name: "m/version", body: "" }]) },
      /^error: m\.pt is a pickled module or state dict, not TorchScript\nhint: save it with torch\.jit/,
    ],
    [
      "--model-path m.pt",
      { "m.pt": zip([{ name: "m.onnx", body: smallOnnx() }]) },
      /^error: m\.pt: is a ZIP archive, not the model itself/,
    ],
    [
      "--model-path m.pt",
      { "m.pt": torchScriptZip("m", `def forward(self: Net, x: Tensor, sr: int) -> Tensor:`) },
      /^error: m\.pt: its forward takes `sr: int`, and Triton's pytorch backend gives it tensors only\nhint: wrap it/,
    ],
    [
      `--model-path m.pt --inputs x:-1,3:float32 ${OUTPUTS}`,
      { "m.pt": torchScriptZip("m", `def forward(self: Net, x: Tensor, s: Tensor) -> Tensor:`) },
      /^error: --inputs: 1 is given, but the model's forward takes 2: `x: Tensor`, `s: Tensor`\nhint: give one/,
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

Deno.test("create: shapes that contradict the given signature are told once", async () => {
  const flags = "--model-path m.onnx --inputs x:-1,3:float32 --max-shapes x=8,4 z=1";
  const { err } = await create(flags, { "m.onnx": smallOnnx() });
  equal(err.match(/does not fit/g)?.length, 1);
  equal(err.match(/names `z`/g)?.length, 1);
});

Deno.test("create: a path to no file is warned of", async () => {
  const { code, err } = await create("--model-path m.onnx", { "m.onnx": "/dev/null" });
  equal(code, 0);
  match(err, /^warning: m\.onnx is neither a file nor a folder: its signature is read in the/);
  match((await create("--model-path m.onnx", { "m.onnx": "none" })).err, /m\.onnx is not there/);
});
