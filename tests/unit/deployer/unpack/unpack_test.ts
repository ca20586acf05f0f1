import { gzipSync } from "node:zlib";
import { unpackFile } from "../../../../src/deployer/unpack/unpack.ts";
import { identifyModel, type SourceModel } from "../../../../src/deployer/source_model.ts";
import { UserError } from "../../../../src/errors.ts";
import type { Format } from "../../../../src/model/format.ts";
import { torchScriptZip, zip, type ZipPart } from "../../../support/archive.ts";
import { equal, failure, match, ok } from "../../../support/assert.ts";
import { fakeWorld } from "../../../support/fake_world.ts";
import { onnx, smallOnnx } from "../../../support/onnx.ts";
import { smallSavedModel } from "../../../support/saved_model.ts";
import { tar } from "../../../support/tar.ts";
import { LIMITS } from "../../../support/unpacking.ts";

type Content = Uint8Array | string;

/** What a fetched file turns out to be. */
async function open(content: Content, name = "m.zip", format?: Format): Promise<SourceModel> {
  const world = fakeWorld();
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/download`;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(path, bytes);
    const found = await unpackFile(
      path,
      { name, into: `${folder}/unpacked`, limits: LIMITS },
      world,
    );
    const model = await identifyModel(found, format, world);
    const shorten = (real: string) => real.replace(/^.*?\/(download|unpacked)/, "$1");
    const { main, others } = model.files;
    return {
      ...model,
      files: {
        ...(main === undefined ? {} : { main: shorten(main) }),
        others: new Map([...others].map(([key, value]) => [key, shorten(value)])),
      },
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function refusal(content: Content, name?: string, format?: Format): Promise<string> {
  const error = await failure(() => open(content, name, format));
  ok(error instanceof UserError, `${error.stack}`);
  return error.message;
}

const model: ZipPart = { name: "m.onnx", body: smallOnnx() };
const external = onnx({
  inputs: [{ name: "x", shape: [-1] }],
  outputs: [{ name: "y", shape: [-1] }],
  initializers: [{ name: "w", file: "data/w.bin" }],
});

Deno.test("unpack: the forms of a model", async (t) => {
  const rows: Record<string, { content: Content; name?: string; is: [Format, ...string[]] }> = {
    "a plain file": { content: smallOnnx(), name: "m.onnx", is: ["onnx", "download"] },
    "ONNX without a name": { content: smallOnnx(), name: "m", is: ["onnx", "download"] },
    "one file": { content: zip([model]), is: ["onnx", "unpacked/m.onnx"] },
    "one file, deflated": {
      content: zip([{ ...model, deflate: true }]),
      is: ["onnx", "unpacked/m.onnx"],
    },
    "one directory": {
      content: zip([{ name: "d/" }, { ...model, name: "d/e/m.onnx" }, {
        name: "d/README",
        body: "r",
      }]),
      is: ["onnx", "unpacked/d/e/m.onnx"],
    },
    "the end records of zip64, which nothing needs": {
      content: zip([model], true),
      is: ["onnx", "unpacked/m.onnx"],
    },
    "what macOS adds is skipped": {
      content: zip([model, { name: "__MACOSX/._m.onnx", body: "x" }, { name: ".DS_Store" }]),
      is: ["onnx", "unpacked/m.onnx"],
    },
    "external data": {
      content: zip([{ name: "d/m.onnx", body: external }, { name: "d/data/w.bin", body: "wwww" }]),
      is: ["onnx", "unpacked/d/m.onnx", "data/w.bin=unpacked/d/data/w.bin"],
    },
    "a SavedModel": {
      content: zip([{ name: "1/saved_model.pb", body: smallSavedModel() }, {
        name: "1/variables/v",
        body: "v",
      }]),
      is: [
        "tf-savedmodel",
        "saved_model.pb=unpacked/1/saved_model.pb",
        "variables/v=unpacked/1/variables/v",
      ],
    },
    "model.pb for saved_model.pb": {
      content: zip([{ name: "m.savedmodel/model.pb", body: smallSavedModel() }]),
      is: ["tf-savedmodel", "saved_model.pb=unpacked/m.savedmodel/model.pb"],
    },
    "a lone .savedmodel": {
      content: smallSavedModel(),
      name: "m.savedmodel",
      is: ["tf-savedmodel", "saved_model.pb=download"],
    },
    "a lone saved_model.pb": {
      content: smallSavedModel(),
      name: "saved_model.pb",
      is: ["tf-savedmodel", "saved_model.pb=download"],
    },
    "a plan in a folder, told by its name": {
      content: zip([{ name: "d/m.plan", body: "ftrt" }]),
      is: ["trt", "unpacked/d/m.plan"],
    },
    "a plan": { content: "ftrt....", name: "m.plan", is: ["trt", "download"] },
    "TorchScript is not unpacked": {
      content: torchScriptZip(),
      name: "m.pt",
      is: ["torchscript", "download"],
    },
    "TorchScript by its bytes": {
      content: torchScriptZip("archive"),
      name: "m",
      is: ["torchscript", "download"],
    },
    "TorchScript in an archive": {
      content: zip([{ name: "d/m.pt", body: torchScriptZip() }]),
      is: ["torchscript", "unpacked/d/m.pt"],
    },
  };
  for (const [name, { content, name: file, is: [format, ...files] }] of Object.entries(rows)) {
    await t.step(name, async () => {
      const found = await open(content, file);
      const others = [...found.files.others].map(([path, real]) => `${path}=${real}`);
      equal(found.format, format);
      equal([...(found.files.main ? [found.files.main] : []), ...others], files);
    });
  }
});

Deno.test("unpack: what the model file says", async () => {
  const said = {
    inputs: [{ name: "x", dtype: "float32" as const, shape: [-1, 3] }],
    outputs: [{ name: "y", dtype: "float32" as const, shape: [-1, 4] }],
  };
  const rows: [Content, string, typeof said | undefined][] = [
    [smallOnnx(), "m.onnx", said],
    [smallSavedModel(), "m.savedmodel", said],
    [zip([{ name: "d/model.pb", body: smallSavedModel() }]), "m.zip", said],
    [torchScriptZip(), "m.pt", undefined],
    ["ftrt....", "m.plan", undefined],
  ];
  for (const [content, name, told] of rows) equal((await open(content, name)).told, told);
});

Deno.test("unpack: the configuration's format wins over the name", async () => {
  equal((await open(torchScriptZip(), "m.pt", "torch-trt")).format, "torch-trt");
  equal((await open(smallSavedModel(), "m.savedmodel", "tf-trt")).format, "tf-trt");
  equal((await open("plan", "m.bin", "trt")).format, "trt");
});

Deno.test("unpack: bytes that contradict the name", async (t) => {
  const rows: [Content, string, RegExp][] = [
    ["<!DOCTYPE html><html>", "m.onnx", /^m\.onnx: is an HTML page, probably a login/],
    ["<?xml version='1.0'?><Error/>", "m.plan", /is an XML document/],
    ['{"error": 1}', "m.pt", /is a JSON document/],
    ["version https://git-lfs.github.com/spec/v1\n", "m.onnx", /is a Git LFS pointer/],
    [new Uint8Array([0x80, 2, 0x7d]), "m.pt", /is a Python pickle, not TorchScript/],
    [new Uint8Array([0x1f, 0x8b, 8]), "m.tar.gz", /is broken or cut short \(gzip: unexpected/],
    [gzipSync(smallOnnx()), "m.onnx.gz", /archive does not begin as a tar archive does/],
    [
      zip([{ name: "m.tar", body: tar([{ name: "m.plan" }]) }]),
      "m.zip",
      /m\.tar: is a tar archive/,
    ],
    [smallOnnx(), "m.pt", /is no ZIP archive, which every TorchScript file is/],
    [torchScriptZip(), "m.onnx", /is a TorchScript file, but its name says otherwise/],
    [smallOnnx().subarray(0, 20), "m.onnx", /cannot be read as ONNX: it is cut short/],
    ["hello", "m.savedmodel", /^m\.savedmodel: cannot be read as a SavedModel: it /],
    [
      zip([{ name: "d/model.pb", body: "hello" }]),
      "m.zip",
      /^m\.zip\/d\/model\.pb: cannot be read as a SavedModel: it /,
    ],
    ["hello", "m", /neither the name nor the bytes tell the format of `m`/],
    [external, "m.onnx", /keeps tensors in "data\/w\.bin", which is not there/],
  ];
  for (const [content, name, expected] of rows) {
    await t.step(`${expected}`, async () => match(await refusal(content, name), expected));
  }
});

Deno.test("unpack: archives that hold no model, or too much", async (t) => {
  const pickle = zip(["data.pkl", "version"].map((name) => ({ name: `m/${name}`, body: "p" })));
  const escape = onnx({
    inputs: [],
    outputs: [{ name: "y", shape: [-1] }],
    initializers: [{ name: "w", file: "../w.bin" }],
  });
  const rows: [Content, RegExp][] = [
    [zip([]), /the archive holds nothing/],
    [zip([model, { name: "b.txt" }]), /holds "m\.onnx" and "b\.txt" at its top/],
    [zip([{ name: "d/readme.txt" }, { name: "d/b.txt" }]), /m\.zip\/d holds no model/],
    [
      zip([{ ...model, name: "d/a.onnx" }, { ...model, name: "d/b.onnx" }]),
      /holds 2 models: a\.onnx, b\.onnx/,
    ],
    [pickle, /is a pickled module or state dict, not TorchScript/],
    [zip([{ name: "m.onnx", body: "<html>" }]), /m\.zip\/m\.onnx: is an HTML page/],
    [
      zip([{ name: "d/m.onnx", body: escape }]),
      /keeps tensors in "\.\.\/w\.bin", a name that leads/,
    ],
  ];
  for (const [content, expected] of rows) {
    await t.step(`${expected}`, async () => match(await refusal(content), expected));
  }
});
