/** A real model that Triton cannot batch: its state has no leading batch axis, its rate is a single number. */

import { realFiles } from "../../src/io/files.ts";
import { equal, match } from "../support/assert.ts";
import { type Outcome, part, ROOT, runProgram } from "../support/program.ts";
import { askTriton } from "../support/triton.ts";

/** What ONNX Runtime itself answers. */
const ANSWERS = `
import json, sys
import numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
random = numpy.random.default_rng(7)
answers = []
for rate, length, batch in ((16000, 576, 1), (8000, 288, 1), (16000, 576, 2)):
    tensors = {
        "input": random.normal(size=(batch, length)).astype(numpy.float32),
        "state": random.normal(size=(2, batch, 128)).astype(numpy.float32),
        "sr": numpy.array(rate, dtype=numpy.int64),
    }
    tensors.update(zip(("output", "stateN"), session.run(["output", "stateN"], tensors)))
    answers.append({name: {"shape": value.shape, "data": value.ravel().tolist()} for name, value in tensors.items()})
print(json.dumps(answers))
`;

async function inFolder(
  deed: (
    folder: string,
    deploy: (file: string, flags?: string) => Promise<Outcome>,
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  await Deno.chmod(folder, 0o755);
  const deploy = (file: string, flags = "") =>
    runProgram(Deno.execPath(), [
      ...["run", "-A", "--no-check", `${ROOT}main.ts`, "deploy", "--model-name=vad"],
      `--model-uri=file://${part("NAVIGATOR_SILERO_VAD")}/${file}`,
      `--model-repository=${folder}/models`,
      ...flags.split(" ").filter((word) => word !== ""),
    ]);
  try {
    await deed(folder, deploy);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("silero-vad's ONNX: batching must be off, and then Triton gives ONNX Runtime's numbers", () =>
  inFolder(async (folder, deploy) => {
    const refused = await deploy("silero_vad.onnx");
    equal([refused.code, refused.stdout], [2, ""], refused.stderr);
    for (const tensor of ["state:2,-1,128:float32", "sr::int64"]) {
      match(
        refused.stderr,
        new RegExp(`is static, but .*\`${tensor}\`.* do not begin with the dynamic batch axis`),
      );
    }
    match(refused.stderr, /^hint: set `batching: disabled`/m);

    const deployed = await deploy("silero_vad.onnx", "--batching disabled");
    equal(deployed.code, 0, deployed.stderr);
    const args = ["-c", ANSWERS, `${part("NAVIGATOR_SILERO_VAD")}/silero_vad.onnx`];
    const { code, stdout, stderr } = await runProgram(part("NAVIGATOR_PYTHON"), args);
    equal(code, 0, stderr);
    await Deno.writeTextFile(`${folder}/answers.json`, stdout);
    equal(await askTriton(folder, "vad"), "3 answers, the same numbers");
  }));

Deno.test("silero-vad's TorchScript: no shapes, no batching, and a number that no tensor can be", () =>
  inFolder(async (folder, deploy) => {
    const missing = await deploy("silero_vad.jit", "--model-format torchscript");
    equal(missing.code, 2, missing.stderr);
    match(missing.stderr, /^error: inputs, outputs: must be given: Triton's pytorch backend/m);
    const tensors = "--model-format torchscript --inputs x:-1,512:float32 sr:1:int64 " +
      "--outputs probability:-1,1:float32";
    const batched = await deploy("silero_vad.jit", tensors);
    equal(batched.code, 2, batched.stderr);
    match(batched.stderr, /`sr:1:int64` does not begin with the dynamic batch axis/);
    match(batched.stderr, /^hint: set `batching: disabled`/m);
    const refused = await deploy("silero_vad.jit", `${tensors} --batching disabled`);
    equal(refused.code, 2, refused.stderr);
    match(
      refused.stderr,
      /^error: silero_vad\.jit: its forward takes `sr: int`, and Triton's pytorch backend/m,
    );
    match(refused.stderr, /^hint: wrap it in a module whose forward takes tensors alone/m);
    equal(await realFiles().list(`${folder}/models`), []);
  }));
