/** Conversions by the real tools, in images made from the generated Dockerfile on real frameworks, as pods run them. */

import { polygraphy } from "../../src/deployer/convert/converters/polygraphy.ts";
import { tf2onnx } from "../../src/deployer/convert/converters/tf2onnx.ts";
import { equal, match, ok } from "../support/assert.ts";
import { conversionFrom, printed } from "../support/conversion.ts";
import { type Outcome, part, PROGRAM, ROOT, runProgram } from "../support/program.ts";
import { askTriton, docker } from "../support/triton.ts";

interface Site {
  /** Seen as /work by all containers. */
  readonly folder: string;
  /** Runs a shell line in the image of the init container, as a pod does: another user, a root filesystem that nobody writes. */
  run(line: string): Promise<Outcome>;
}

/** With a model and its answers, made by the framework in its image. */
async function withFramework(
  { base, maker, model }: { base: string; maker: string; model: string },
  deed: (site: Site) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const image = `navigator-test/convert:${crypto.randomUUID()}`;
  const volume = ["--volume", `${folder}:/work`];
  try {
    await Deno.copyFile(`${ROOT}tests/support/${maker}`, `${folder}/make.py`);
    await docker("run", "--rm", ...volume, base, "python3", "/work/make.py", "/work");
    const args = ["--model-name", "m", "--model-path", model, "--framework-docker-image", base];
    const create = ["create", "--no-lint", ...args, "--workspace-path", `${folder}/space`];
    const created = await runProgram(PROGRAM, create);
    equal(created.code, 0, created.stderr);
    const build = ["build", "--quiet", "--network", "host", "--tag", image];
    await docker(...build, created.stdout.trim());
    await Deno.chmod(folder, 0o777);
    const pod = ["--rm", "--user", "1000:1000", "--read-only", "--tmpfs", "/tmp:exec"];
    const run = (line: string) =>
      runProgram("docker", ["run", ...pod, ...volume, image, "sh", "-c", line]);
    await deed({ folder, run });
  } finally {
    await runProgram("docker", ["image", "rm", "--force", image]);
    await docker("run", "--rm", ...volume, base, "sh", "-c", "rm -rf /work/* /work/.incoming");
    await Deno.remove(folder, { recursive: true });
  }
}

const DEPLOY = "/opt/navigator/deployer.sh --model-name m --model-repository /work/models " +
  "--value-ranges label=0,9 ";
const ANSWERS = "3 answers, the same numbers";

Deno.test("a TorchScript by PyTorch becomes ONNX, which Triton serves with PyTorch's numbers", (t) =>
  withFramework(
    { base: part("NAVIGATOR_PYTORCH_IMAGE"), maker: "torch_model.py", model: "model.pt" },
    async ({ folder, run }) => {
      const tensors = "--inputs signal:-1,3,-1:float32 label:-1:int64 " +
        "--outputs scores:-1,4:float32 best:-1:int64";
      const deploy = `${DEPLOY} --model-uri file:///work/model.pt --target-formats onnx ${tensors}`;
      await t.step("converted, compared and served", async () => {
        const { code, stdout, stderr } = await run(deploy);
        equal([code, stdout], [0, "/work/models/m\n"], stderr);
        match(stderr, /^convert torchscript to onnx with torch\.onnx, opset 13$/m);
        match(stderr, /^compare onnx with torchscript: at most \S+ off, in (scores|best)\[/m);
        equal(await askTriton(folder, "m"), ANSWERS);
      });
      await t.step("out of tolerance: the worst value, and what was there stays", async () => {
        const { code, stderr } = await run(`${deploy} --atol 0 --rtol 0 --onnx-opsets 17`);
        equal(code, 1, stderr);
        match(
          stderr,
          /^error: the outputs differ, onnx with torchscript: worst is \S+, in scores\[\d,\d\]: \S+ became \S+\nhint: .*`--atol scores=\S+`$/m,
        );
        match(await Deno.readTextFile(`${folder}/models/m/config.pbtxt`), /"onnxruntime"/);
      });
      await t.step("data that the model does not take", async () => {
        const { code, stderr } = await run(`${deploy.replace("0,9", "10,11")} --model-version 2`);
        equal(code, 1, stderr);
        match(stderr, /the model does not run on generated data: signal \[2, 3, 8\], label \[2\]/);
        match(stderr, /hint: say what its data look like/);
      });
      await t.step("more outputs than the model has", async () => {
        const { code, stderr } = await run(`${deploy} third:-1:float32`);
        equal(code, 1, stderr);
        match(stderr, /^error: cannot convert torchscript to onnx/m);
      });
    },
  ));

Deno.test("a SavedModel by TensorFlow becomes ONNX, which Triton serves with TensorFlow's numbers", (t) =>
  withFramework(
    {
      base: part("NAVIGATOR_TENSORFLOW_IMAGE"),
      maker: "tensorflow_model.py",
      model: "model.savedmodel",
    },
    async ({ folder, run }) => {
      await t.step("converted, compared and served", async () => {
        const uri = "--model-uri file:///work/model.savedmodel --target-formats onnx";
        const { code, stdout, stderr } = await run(`${DEPLOY} ${uri} --onnx-opsets 15`);
        equal([code, stdout], [0, "/work/models/m\n"], stderr);
        match(stderr, /^convert tf-savedmodel to onnx with tf2onnx, opset 15$/m);
        match(stderr, /^compare onnx with tf-savedmodel: at most \S+ off, in (scores|best)\[/m);
        equal(await askTriton(folder, "m"), ANSWERS);
      });
      await t.step("the way of models of 2 GiB", async () => {
        const flags = { model_path: "m.savedmodel", target_formats: "onnx" };
        const conversion = conversionFrom(flags, { bytes: 2 ** 31 });
        const model = { ...conversion.model, path: "/work/model.savedmodel" };
        const { commands, result } = tf2onnx({ ...conversion, model, output: "/tmp/model.onnx" });
        const open = `python3 -c 'import onnxruntime; print([one.name for one in ` +
          `onnxruntime.InferenceSession("${result}").get_inputs()])'`;
        const { code, stdout, stderr } = await run([...commands.map(printed), open].join(" && "));
        equal([code, stdout], [0, "['label', 'signal']\n"], stderr);
      });
      await t.step("TF-TRT knows the options that we give it", async () => {
        await Deno.writeTextFile(`${folder}/keywords.py`, KEYWORDS);
        await Deno.writeTextFile(
          `${folder}/script.py`,
          await Deno.readTextFile(`${ROOT}templates/converters/savedmodel_to_tensorrt.py`),
        );
        const { code, stdout, stderr } = await run("python3 /work/keywords.py /work/script.py");
        equal([code, stdout], [0, "9 keywords, all known\n"], stderr);
      });
      await t.step("Polygraphy knows the options that we give it", async () => {
        const help = (await run("polygraphy convert --help")).stdout;
        const known = new Set(help.match(/--[a-z0-9-]+/g));
        const used = new Set(polygraphyLines().flatMap((line) => line.match(/ --[a-z0-9-]+/g)!));
        equal([...used].filter((flag) => !known.has(flag.trim())), []);
        ok(used.size > 10, `${[...used]}`);
      });
      await t.step("and runs an engine as we do", async () => {
        const names = "from polygraphy.backend.common import BytesFromPath; " +
          "from polygraphy.backend.trt import EngineFromBytes, TrtRunner; " +
          "print(TrtRunner.activate.__name__, TrtRunner.infer.__name__)";
        const { code, stdout, stderr } = await run(`python3 -c '${names}'`);
        equal([code, stdout], [0, "activate infer\n"], stderr);
      });
    },
  ));

/** Every form of its command line. */
function polygraphyLines(): string[] {
  const engine = { model_path: "m.onnx", target_formats: "trt", tensorrt_sparse_weights: [] };
  return [
    polygraphy(conversionFrom({ ...engine, tensorrt_precisions: "int8" }, { tensorrt: "10.3.0" })),
    polygraphy(
      conversionFrom({ ...engine, tensorrt_explicit_precision: [] }, { tensorrt: "10.3.0" }),
    ),
  ].flatMap(({ commands }) => commands.map(printed));
}

/** Compares the keywords of a call with what the real class takes: no GPU is needed for that. */
const KEYWORDS = `
import ast, inspect, sys
from tensorflow.python.compiler.tensorrt import trt_convert
taken = inspect.signature(trt_convert.TrtGraphConverterV2.__init__).parameters
[call] = [node for node in ast.walk(ast.parse(open(sys.argv[1]).read()))
          if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "TrtGraphConverterV2"]
given = [keyword.arg for keyword in call.keywords]
unknown = [name for name in given if name not in taken]
sys.exit(f"unknown: {unknown}") if unknown else print(f"{len(given)} keywords, all known")
`;
