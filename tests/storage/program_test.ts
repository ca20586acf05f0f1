/** The compiled program, with the permissions and variables that a pod gives it. */

import { equal } from "../support/assert.ts";
import { smallOnnx } from "../support/onnx.ts";
import { PROGRAM, runProgram } from "../support/program.ts";
import { startStores } from "../support/stores.ts";

Deno.test("deploy, from each store", async (t) => {
  const folder = await Deno.makeTempDir();
  const stores = await startStores(folder);
  try {
    for (const { name, env, uri, put } of stores) {
      await t.step(name, async () => {
        await put("m/1.onnx", new Uint8Array(smallOnnx()));
        const repository = `${folder}/${name}/models`;
        const args = ["deploy", "--model-name=m", `--model-repository=${repository}`];
        const run = () =>
          runProgram(PROGRAM, args, { env: { ...env, MODEL_URI: uri("m/1.onnx") }, bare: true });
        const first = await run();
        equal([first.code, first.stdout], [0, `${repository}/m\n`], first.stderr);
        equal(await Deno.readFile(`${repository}/m/1/model.onnx`), smallOnnx());
        equal((await run()).stderr, `already complete: ${repository}/m\n`);
      });
    }
  } finally {
    for (const store of stores) await store[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
});
