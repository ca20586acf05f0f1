import { ToolError, UserError } from "../../../src/errors.ts";
import { realFiles } from "../../../src/io/files.ts";
import type { Files, Staged } from "../../../src/world.ts";
import { torchScriptZip, zip } from "../../support/archive.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import { type Flags, inPlace } from "../../support/deploy_place.ts";
import { onnx, smallOnnx } from "../../support/onnx.ts";
import { smallSavedModel } from "../../support/saved_model.ts";

Deno.test("deploy: a file, placed by a link; a second run does nothing", () =>
  inPlace(async ({ folder, run, tree }) => {
    await Deno.writeFile(`${folder}/m.onnx`, smallOnnx());
    const log = await run(`file://${folder}/m.onnx`);
    equal(log.map((line) => line.split(" ")[0]), ["fetch", "fetch", "configure", "place"]);
    equal(log[2], "configure onnxruntime: batches up to 128; x → y");
    equal(await tree(), ["m/1/model.onnx", "m/config.pbtxt"]);
    equal(await tree(".incoming"), ["m/stamp.json"]);
    const [source, placed] = await Promise.all(
      [`${folder}/m.onnx`, `${folder}/models/m/1/model.onnx`].map((path) => Deno.stat(path)),
    );
    equal(placed!.ino, source!.ino);
    match((await run(`file://${folder}/m.onnx`)).join(), /^already complete: .*\/models\/m$/);
  }));

Deno.test("deploy: redone when anything changed", () =>
  inPlace(async ({ folder, run, tree }) => {
    const path = `${folder}/m.onnx`;
    const model = `${folder}/models/m`;
    await Deno.writeFile(path, smallOnnx());
    const done = async (flags?: Flags) =>
      (await run(path, flags)).at(-1)!.startsWith("already complete");
    equal(await done(), false);
    equal(await done(), true);
    equal(await done({ model_version: ["7"] }), false);
    equal(await tree(), ["m/7/model.onnx", "m/config.pbtxt"]);
    equal(await done({ model_version: ["7"] }), true);
    await Deno.remove(`${model}/7/model.onnx`);
    equal(await done({ model_version: ["7"] }), false);
    await Deno.writeTextFile(`${model}/config.pbtxt`, "");
    equal(await done({ model_version: ["7"] }), false);
    await Deno.writeTextFile(`${folder}/.incoming/m/stamp.json`, "{");
    equal(await done({ model_version: ["7"] }), false);
    await Deno.remove(path);
    const other = onnx({
      inputs: [{ name: "x", shape: [-1] }],
      outputs: [{ name: "z", shape: [-1] }],
    });
    await Deno.writeFile(path, other);
    equal(await done({ model_version: ["7"] }), false);
    match(await Deno.readTextFile(`${model}/config.pbtxt`), /name: "z"/);
  }));

Deno.test("deploy: the digest is checked", () =>
  inPlace(async ({ folder, run, tree }) => {
    await Deno.writeFile(`${folder}/m.onnx`, smallOnnx());
    const flags = { model_sha256: ["0".repeat(64)] };
    const error = await failure(() => run(`${folder}/m.onnx`, flags));
    ok(error instanceof ToolError);
    match(error.message, /is not the expected object: its SHA-256 is [0-9a-f]{64}, not 0{64}$/);
    equal(await tree(".incoming"), []);
  }));

Deno.test("deploy: archives, folders and other formats", async (t) => {
  const external = onnx({
    inputs: [{ name: "x", shape: [-1] }],
    outputs: [{ name: "y", shape: [-1] }],
    initializers: [{ name: "w", file: "w.bin" }],
  });
  const tensors = { inputs: ["x__0:-1,3:float32"], outputs: ["y__0:-1,4:float32"] };
  const rows: Record<
    string,
    { files: Record<string, Uint8Array>; flags?: Flags; is: string[] }
  > = {
    "m.zip": {
      files: {
        "m.zip": zip([{ name: "d/a.onnx", body: external }, { name: "d/w.bin", body: "w" }]),
      },
      is: ["m/1/model.onnx", "m/1/w.bin", "m/config.pbtxt"],
    },
    "m.onnx": {
      files: { "m.onnx": external, "w.bin": new Uint8Array(4) },
      is: ["m/1/model.onnx", "m/1/w.bin", "m/config.pbtxt"],
    },
    "m.savedmodel": {
      files: {
        "m.savedmodel/model.pb": smallSavedModel(),
        "m.savedmodel/variables/v": new Uint8Array(2),
      },
      is: [
        "m/1/model.savedmodel/saved_model.pb",
        "m/1/model.savedmodel/variables/v",
        "m/config.pbtxt",
      ],
    },
    "m.plan": {
      files: { "m.plan": new Uint8Array(5).fill(1) },
      is: ["m/1/model.plan", "m/config.pbtxt"],
    },
    "m.pt": {
      files: { "m.pt": torchScriptZip() },
      flags: tensors,
      is: ["m/1/model.pt", "m/config.pbtxt"],
    },
  };
  for (const [name, { files, flags, is }] of Object.entries(rows)) {
    await t.step(name, () =>
      inPlace(async ({ folder, run, tree }) => {
        for (const [path, bytes] of Object.entries(files)) {
          const target = `${folder}/source/${path}`;
          await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
          await Deno.writeFile(target, bytes);
        }
        await run(`${folder}/source/${name}`, flags);
        equal(await tree(), is);
        match((await run(`${folder}/source/${name}`, flags)).join(), /^already complete/);
      }));
  }
});

Deno.test("deploy: a link is followed, and the file behind it placed", () =>
  inPlace(async ({ folder, run }) => {
    await Deno.writeFile(`${folder}/blob`, smallOnnx());
    await Deno.symlink("blob", `${folder}/m.onnx`);
    await run(`${folder}/m.onnx`);
    ok((await Deno.lstat(`${folder}/models/m/1/model.onnx`)).isFile);
  }));

Deno.test("deploy: a work directory elsewhere", () =>
  inPlace(async ({ folder, run, tree }) => {
    await Deno.writeFile(`${folder}/m.zip`, zip([{ name: "m.onnx", body: smallOnnx() }]));
    await run(`${folder}/m.zip`, { work_dir: [`${folder}/elsewhere`] });
    equal(await tree(), ["m/1/model.onnx", "m/config.pbtxt"]);
    equal(await tree("elsewhere"), []);
  }));

Deno.test("deploy: wrong requests, and what was there stays", async (t) => {
  const rows: [string, Flags, RegExp][] = [
    ["m.onnx", { inputs: ["x:-1,9:float32"] }, /`x:-1,9:float32` is given.*`x:-1,3:float32`/],
    ["saved_model.pb", { outputs: ["z:-1,4:float32"] }, /`z:-1,4:float32` is given, but the model/],
    ["m.onnx", { target_formats: ["tf-trt"] }, /nothing converts onnx to tf-trt/],
    ["fixed.onnx", {}, /is static, but `x:1,3:float32` does not begin with the dynamic batch axis/],
    ["m.onnx", { max_shapes: ["x=8,4"] }, /^--max-shapes: `x` 8,4 does not fit .* shape -1,3/],
    ["m.pt", {}, /^inputs, outputs: must be given/],
    ["none.onnx", {}, /`.*none\.onnx` is not there/],
    ["empty.onnx", {}, /is empty \(0 bytes\)/],
  ];
  await inPlace(async ({ folder, run, tree }) => {
    const fixed = onnx({
      inputs: [{ name: "x", shape: [1, 3] }],
      outputs: [{ name: "y", shape: [-1] }],
    });
    await Deno.writeFile(`${folder}/fixed.onnx`, fixed);
    await Deno.writeFile(`${folder}/m.onnx`, smallOnnx());
    await Deno.writeFile(`${folder}/m.pt`, torchScriptZip());
    await Deno.writeFile(`${folder}/saved_model.pb`, smallSavedModel());
    await Deno.writeFile(`${folder}/empty.onnx`, new Uint8Array());
    await run(`${folder}/m.onnx`);
    for (const [file, flags, expected] of rows) {
      await t.step(`${file} ${expected}`, async () => {
        const error = await failure(() => run(`${folder}/${file}`, flags));
        ok(error instanceof UserError, `${error.stack}`);
        match(error.message, expected);
        equal(await tree(), ["m/1/model.onnx", "m/config.pbtxt"]);
        equal(await tree(".incoming"), ["m/stamp.json"]);
      });
    }
    await run(`${folder}/fixed.onnx`, { batching: ["disabled"] });
    match(await Deno.readTextFile(`${folder}/models/m/config.pbtxt`), /dims: \[1, 3\]/);
  });
});

Deno.test("deploy: another deadline is no reason to do it again", () =>
  inPlace(async ({ folder, run }) => {
    await Deno.writeFile(`${folder}/m.onnx`, smallOnnx());
    await run(`${folder}/m.onnx`);
    const log = await run(`${folder}/m.onnx`, { deadline_seconds: ["60"] });
    match(log.join(), /^already complete/);
  }));

/** Files that die at the given call: that one and all later ones fail, as after a kill. */
function dyingFiles(calls: number): Files & { readonly alive: () => boolean } {
  const files = realFiles();
  let left = calls;
  const dying = Object.entries(files).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      if (name !== "drop" && left-- <= 0) {
        // The kernel frees a dead process's lock; this process must do it itself.
        if (name === "publish") await files.drop(args[0] as Staged);
        throw new Error("killed");
      }
      return await (method as (...args: unknown[]) => unknown)(...args);
    },
  ]);
  const { absolute, boot } = files;
  const all = { ...Object.fromEntries(dying), absolute, boot, alive: () => left >= 0 };
  return Object.assign(all, { untilBoot: () => Promise.resolve(all) });
}

Deno.test("deploy: dying at any effect, the next run ends right", () =>
  inPlace(async ({ folder, run, tree }) => {
    const data = { name: "d/w.bin", body: "w" };
    const body = (output: string) =>
      onnx({
        inputs: [{ name: "x", shape: [-1] }],
        outputs: [{ name: output, shape: [-1] }],
        initializers: [{ name: "w", file: "w.bin" }],
      });
    for (const name of ["a", "b"]) {
      await Deno.writeFile(
        `${folder}/${name}.zip`,
        zip([{ name: "d/m.onnx", body: body(name) }, data]),
      );
    }
    const check = async (name: string) => {
      equal(await tree(), ["m/1/model.onnx", "m/1/w.bin", "m/config.pbtxt"]);
      match(
        await Deno.readTextFile(`${folder}/models/m/config.pbtxt`),
        new RegExp(`output {\n  name: "${name}"`),
      );
    };
    let deaths = 0;
    for (;; deaths++) {
      await run(`${folder}/a.zip`);
      await check("a");
      const files = dyingFiles(deaths);
      await run(`${folder}/b.zip`, {}, { files }).catch((error) => equal(error.message, "killed"));
      // Neither model may be taken for the other, whichever is wanted next.
      const next = deaths % 2 === 0 ? "a" : "b";
      await run(`${folder}/${next}.zip`);
      await check(next);
      equal(await tree(".incoming"), ["m/stamp.json"]);
      if (files.alive()) break;
    }
    ok(deaths > 20, `${deaths} effects`);
  }));
