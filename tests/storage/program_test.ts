/** The compiled program, with the permissions and variables that a pod gives it. */

import { equal } from "../support/assert.ts";
import { sha256Of } from "../support/download_trial.ts";
import { noise } from "../support/noise.ts";
import { smallOnnx } from "../support/onnx.ts";
import { PROGRAM, runProgram } from "../support/program.ts";
import { smallSavedModel } from "../support/saved_model.ts";
import { startStores } from "../support/stores.ts";

Deno.test("deploy, from each store", async (t) => {
  const folder = await Deno.makeTempDir();
  const stores = await startStores(folder);
  try {
    for (const { name, env, uri, put } of stores) {
      await t.step(name, async () => {
        const files: Record<string, Uint8Array> = {
          "m.onnx": smallOnnx(),
          "x.savedmodel/saved_model.pb": smallSavedModel(),
          "x.savedmodel/variables/variables.index": noise(9),
        };
        for (const [key, body] of Object.entries(files)) await put(key, new Uint8Array(body));
        const repository = `${folder}/${name}/models`;
        const args = ["deploy", "--model-name=m", `--model-repository=${repository}`];
        const run = (key: string) =>
          runProgram(PROGRAM, args, { env: { ...env, MODEL_URI: uri(key) }, bare: true });
        for (const key of ["m.onnx", "x.savedmodel"]) {
          const { code, stdout, stderr } = await run(key);
          equal([code, stdout], [0, `${repository}/m\n`], stderr);
          for (const [path, body] of Object.entries(files)) {
            if (!path.startsWith(key)) continue;
            const placed = `${repository}/m/1/model${path.slice(1)}`;
            equal(sha256Of(await Deno.readFile(placed)), sha256Of(body));
          }
          equal((await run(key)).stderr, `already complete: ${repository}/m\n`);
        }
      });
    }
  } finally {
    for (const store of stores) await store[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
});
