/** TorchScript and SavedModels as they are: a real Triton serves them with the framework's own numbers. */

import { equal, match } from "../support/assert.ts";
import { type Outcome, part, PROGRAM, ROOT, runProgram } from "../support/program.ts";
import { askTriton, docker } from "../support/triton.ts";

const ANSWERS = "3 answers, the same numbers";

interface Site {
  readonly folder: string;
  /** Deploys the model as `m` beside the answers. */
  deploy(flags: string): Promise<Outcome>;
  ask(): Promise<string>;
}

/** With a model and the framework's answers, made in the image that serves them. */
async function withModel(
  { maker, file, model }: { maker: string; file?: string; model: string },
  deed: (site: Site) => Promise<void>,
): Promise<void> {
  const image = part("NAVIGATOR_SERVING_IMAGE");
  const folder = await Deno.realPath(await Deno.makeTempDir());
  await Deno.chmod(folder, 0o755);
  const volume = ["--volume", `${folder}:/work`];
  try {
    await Deno.copyFile(`${ROOT}tests/support/${maker}`, `${folder}/make.py`);
    if (file !== undefined) await Deno.copyFile(file, `${folder}/${file.split("/").at(-1)}`);
    await docker("run", "--rm", ...volume, image, "python3", "/work/make.py", "/work");
    const always = ["--model-name=m", `--model-uri=${folder}/${model}`];
    const deploy = (flags: string) =>
      runProgram(PROGRAM, [
        ...["deploy", ...always, `--model-repository=${folder}/models`],
        ...flags.split(" ").filter((word) => word !== ""),
      ]);
    await deed({ folder, deploy, ask: () => askTriton(folder, "m", image) });
  } finally {
    await docker("run", "--rm", ...volume, image, "sh", "-c", "rm -rf /work/*");
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a TorchScript by PyTorch: by forward's names, and by numbers in another order", (t) =>
  withModel({ maker: "torch_model.py", model: "model.pt" }, async ({ folder, deploy, ask }) => {
    await t.step("forward's names, not in its order", async () => {
      const { code, stderr } = await deploy(
        "--inputs label:-1:int64 signal:-1,3,-1:float32 " +
          "--outputs scores:-1,4:float32 best:-1:int64",
      );
      equal(code, 0, stderr);
      match(await Deno.readTextFile(`${folder}/models/m/config.pbtxt`), /^backend: "pytorch"$/m);
      equal(await ask(), ANSWERS);
    });
    await t.step("numbers", async () => {
      const names = { signal: "INPUT__0", label: "INPUT__1", scores: "OUT__0", best: "OUT__1" };
      const answers = await Deno.readTextFile(`${folder}/answers.json`);
      const renamed = Object.entries(names).reduce(
        (text, [name, numbered]) => text.replaceAll(`"${name}"`, `"${numbered}"`),
        answers,
      );
      await Deno.writeTextFile(`${folder}/answers.json`, renamed);
      const { code, stderr } = await deploy(
        "--inputs INPUT__1:-1:int64 INPUT__0:-1,3,-1:float32 " +
          "--outputs OUT__1:-1:int64 OUT__0:-1,4:float32 --batching dynamic",
      );
      equal(code, 0, stderr);
      equal(await ask(), ANSWERS);
    });
  }));

Deno.test("silero-vad's TorchScript, its rate a tensor", () =>
  withModel(
    {
      maker: "silero_model.py",
      file: `${part("NAVIGATOR_SILERO_VAD")}/silero_vad.jit`,
      model: "model.pt",
    },
    async ({ deploy, ask }) => {
      const { code, stderr } = await deploy(
        "--inputs signal:-1,-1:float32 rate:1:int64 --outputs speech:-1,1:float32 " +
          "--batching disabled",
      );
      equal(code, 0, stderr);
      equal(await ask(), ANSWERS);
    },
  ));

Deno.test("a SavedModel by TensorFlow: the signature that is served of two", () =>
  withModel(
    { maker: "tensorflow_model.py", model: "model.savedmodel" },
    async ({ folder, deploy, ask }) => {
      const { code, stderr } = await deploy("");
      equal(code, 0, stderr);
      const config = await Deno.readTextFile(`${folder}/models/m/config.pbtxt`);
      match(config, /^backend: "tensorflow"$/m);
      equal(await ask(), ANSWERS);
    },
  ));
