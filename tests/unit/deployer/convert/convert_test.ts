import { realFiles } from "../../../../src/io/files.ts";
import { Interrupted, ToolError, UserError } from "../../../../src/errors.ts";
import { equal, failure, match, ok } from "../../../support/assert.ts";
import {
  comparing,
  gpu,
  inPlace,
  polygraphy,
  tensorrt,
  tf2onnx,
  toOnnx,
  toPlan,
  within,
  writes,
} from "../../../support/converting.ts";
import type { FakeTool } from "../../../support/fake_world.ts";
import { onnx } from "../../../support/onnx.ts";
import type { Flags } from "../../../support/settings.ts";

Deno.test("a SavedModel is converted, compared, configured by what came out, and placed", () =>
  inPlace(async ({ folder, run }) => {
    const log = await run("m.savedmodel", toOnnx, [tf2onnx, comparing(within)]);
    equal(log.split("\n").slice(2), [
      "convert tf-savedmodel to onnx with tf2onnx, opset 13",
      "convert done: 90 bytes",
      "compare onnx with tf-savedmodel: at most 1e-07 off, in y[0,3]: 0.25 became 0.2500001",
      "configure onnxruntime: batches up to 128; x → y",
      "place /models/m/1",
    ]);
    const [model, left] = ["models/m/1", ".incoming/m"].map((path) => `${folder}/${path}`);
    equal([...Deno.readDirSync(model!)].map(({ name }) => name), ["model.onnx"]);
    equal([...Deno.readDirSync(left!)].map(({ name }) => name), ["stamp.json"]);
    match(await run("m.savedmodel", toOnnx, []), /^already complete/);
  }));

Deno.test("two steps to a plan; another GPU or Triton builds it anew, the same ones do not", () =>
  inPlace(async ({ folder, run }) => {
    const machine = (name: string) => [gpu(name), tensorrt];
    const steps = [tf2onnx, polygraphy, comparing(within)];
    const log = await run("m.savedmodel", toPlan, [...machine("A100"), ...steps]);
    match(log, /^convert onnx to trt with polygraphy, fp32\+tf32\+fp16$/m);
    match(log, /^compare trt with onnx: at most 1e-07 off/m);
    match(await Deno.readTextFile(`${folder}/models/m/config.pbtxt`), /tensorrt_plan/);
    match(await run("m.savedmodel", toPlan, machine("A100")), /^already complete/);
    const anew = await run("m.savedmodel", toPlan, [...machine("H100"), ...steps]);
    match(anew, /^convert done: 9 bytes$/m);
    const served = { ...toPlan, triton_docker_image: "triton:2" };
    match(await run("m.savedmodel", served, [...machine("H100"), ...steps]), /^convert done: 9/m);
    match(await run("m.savedmodel", served, machine("H100")), /^already complete/);
    const stamp = await Deno.readTextFile(`${folder}/.incoming/m/stamp.json`);
    equal(JSON.parse(JSON.parse(stamp).machine), {
      gpus: "GPU 0: H100\n  MIG 1g.5gb     Device  0:",
      tensorrt: "10.3.0",
      triton: "triton:2",
    });
  }));

Deno.test("the tools find an ONNX model's data beside it", () =>
  inPlace(async ({ folder, run }) => {
    const external = onnx({
      inputs: [{ name: "x", shape: [-1] }],
      outputs: [{ name: "y", shape: [-1] }],
      initializers: [{ name: "w", file: "data/w.bin" }],
    });
    await Deno.writeFile(`${folder}/m.onnx`, external);
    await Deno.mkdir(`${folder}/data`);
    await Deno.writeTextFile(`${folder}/data/w.bin`, "1234");
    const converter: FakeTool = {
      starts: "polygraphy convert",
      answer: ({ args }) => {
        const source = args[1]!.replace("model.onnx", "data/w.bin");
        Deno.copyFileSync(source, args[args.indexOf("--output") + 1]!);
        return "";
      },
    };
    await run("m.onnx", toPlan, [gpu("A100"), tensorrt, converter, comparing(within)]);
    equal(await Deno.readTextFile(`${folder}/models/m/1/model.plan`), "1234");
  }));

Deno.test("no comparison without the module for it: said in one line", () =>
  inPlace(async ({ run }) => {
    const tools = [tf2onnx, comparing({ missing: "onnxruntime" })];
    match(
      await run("m.savedmodel", toOnnx, tools),
      /^compare onnx with tf-savedmodel: left out, since the Python here has no module onnxruntime$/m,
    );
  }));

Deno.test("what goes wrong in a tool, and afterwards", async (t) => {
  const fixed = onnx({
    inputs: [{ name: "x", shape: [1, 3] }],
    outputs: [{ name: "y", shape: [1, 4] }],
  });
  const other = onnx({
    inputs: [{ name: "a", shape: [-1] }],
    outputs: [{ name: "b", shape: [-1] }],
  });
  const given: Flags = { ...toOnnx, inputs: "x:-1,3:float32", outputs: "y:-1,4:float32" };
  const says = (code: number, stdout: string, stderr = ""): FakeTool => ({
    starts: "python3 -m tf2onnx",
    answer: { code, stdout, stderr },
  });
  const rows: Readonly<Record<string, [Flags, readonly FakeTool[], RegExp, RegExp?]>> = {
    "both streams of the tool are kept": [
      toOnnx,
      [says(1, "said first\n", "ValueError: no such op\n")],
      /^cannot convert tf-savedmodel to onnx: python3 failed with exit code 1\nsaid first\nValueError/,
    ],
    "a missing module": [
      toOnnx,
      [says(1, "", "ModuleNotFoundError: No module named 'tf2onnx'")],
      /No module named/,
      /build the image again/,
    ],
    "killed": [toOnnx, [says(137, "")], /exit code 137/, /memory/],
    "nothing written": [toOnnx, [says(0, "")], /^the tool ended well, but wrote no .*model\.onnx/],
    "too far off": [
      toOnnx,
      [tf2onnx, comparing({ ...within, within: false, difference: "0.012", needed: 0.0123 })],
      /^the outputs differ, onnx with tf-savedmodel: worst is 0\.012, in y\[0,3\]: 0\.25 became 0\.2500001/,
      /allow it: `--atol y=2e-2`$/,
    ],
    "not a number": [
      toOnnx,
      [tf2onnx, comparing({ ...within, within: false, difference: "inf", needed: null })],
      /worst is inf/,
      /--value-ranges/,
    ],
    "another shape": [
      toOnnx,
      [tf2onnx, comparing({ output: "y", within: false, shapes: [[2, 4], [1, 4]] })],
      /y has the shape \[2,4\], and \[1,4\] when converted/,
    ],
    "a batch that became fixed": [
      toOnnx,
      [writes("python3 -m tf2onnx", "--output", fixed), comparing(within)],
      /is static, but `x:1,3:float32`, .* do not begin with the dynamic batch axis/,
    ],
    "other names than the user's": [
      given,
      [writes("python3 -m tf2onnx", "--output", other), comparing(within)],
      /`x:-1,3:float32` is given, but the model file has no such tensor/,
    ],
  };
  for (const [name, [flags, tools, message, hint]] of Object.entries(rows)) {
    await t.step(name, () =>
      inPlace(async ({ folder, run }) => {
        const error = await failure(() => run("m.savedmodel", flags, tools));
        ok(error instanceof ToolError || error instanceof UserError, error.stack);
        const details = error instanceof ToolError ? error.details : {};
        match([error.message, details.output].filter(Boolean).join("\n"), message);
        if (hint) match(details.hint!, hint);
        equal(await realFiles().list(`${folder}/.incoming/m`), []);
      }));
  }
});

Deno.test("an interrupt ends the tool and leaves nothing", () =>
  inPlace(async ({ folder, run }) => {
    const controller = new AbortController();
    const hanging: FakeTool = {
      starts: "python3 -m tf2onnx",
      answer: () => {
        setTimeout(() => controller.abort(new Interrupted()));
        return { hangs: true };
      },
    };
    const running = run("m.savedmodel", toOnnx, [hanging], controller.signal);
    ok(await failure(() => running) instanceof Interrupted);
    equal(await realFiles().list(`${folder}/.incoming/m`), []);
    equal([...Deno.readDirSync(folder)].some(({ name }) => name === "models"), false);
  }));

Deno.test("what the options alone tell is said before anything is fetched or run", async (t) => {
  const tensors: Flags = { inputs: "x:-1,-1:float32", outputs: "y:-1,4:float32" };
  const missing: FakeTool = { starts: "python3 -c", fails: "No module named 'tensorrt'" };
  const rows: Readonly<Record<string, [string, Flags, readonly FakeTool[], RegExp]>> = {
    "a .pt without tensors": [
      "none.pt",
      toOnnx,
      [],
      /^inputs, outputs: must be given: nobody can read them from a \.pt file/,
    ],
    "a .pt for Torch-TensorRT": [
      "none.pt",
      { target_formats: "torch-trt" },
      [],
      /^inputs, outputs: must be given: Triton's pytorch backend/,
    ],
    "sizes for TensorRT": [
      "none.pt",
      { ...tensors, ...toPlan },
      [],
      /^max_shapes: TensorRT needs the largest size of every dynamic axis, and `x:-1,-1:float32`/,
    ],
    "no TensorRT": [
      "none.onnx",
      toPlan,
      [{ ...gpu("A100") }, missing],
      /^cannot convert to trt: the Python here has no module tensorrt/,
    ],
  };
  for (const [name, [file, flags, tools, message]] of Object.entries(rows)) {
    await t.step(name, () =>
      inPlace(async ({ run }) => {
        match((await failure(() => run(file, flags, tools))).message, message);
      }));
  }
});
