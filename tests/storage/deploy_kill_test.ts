/** The whole deployer, killed at random moments: the next run always ends in the right model repository. */

import { gzipSync } from "node:zlib";
import { zip } from "../support/archive.ts";
import { equal, ok } from "../support/assert.ts";
import { random } from "../support/noise.ts";
import { onnx } from "../support/onnx.ts";
import { command, PROGRAM } from "../support/program.ts";
import { tar } from "../support/tar.ts";

const KILLS = 200;
const SEED = Number(Deno.env.get("NAVIGATOR_SEED") ?? Date.now() % 1e6);

/** A model that can be told by the name of its output, with a data file that can be told by its bytes. */
function parts(output: string) {
  const body = onnx({
    inputs: [{ name: "x", shape: [-1] }],
    outputs: [{ name: output, shape: [-1] }],
    initializers: [{ name: "w", file: "w.bin" }],
  });
  const data = new Uint8Array(2_000_000).fill(output.charCodeAt(0));
  return [{ name: "d/m.onnx", body }, { name: "d/w.bin", body: data }];
}

const OBJECTS: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  "a.zip": new Uint8Array(zip(parts("a"))),
  "b.tar.gz": new Uint8Array(gzipSync(tar(parts("b")))),
  "c.tar": new Uint8Array(tar(parts("c"))),
};
const NAMES = Object.keys(OBJECTS);

Deno.test(`deploy: killed at ${KILLS} random moments, seed ${SEED}`, async () => {
  const next = random(SEED);
  const folder = await Deno.makeTempDir();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const name = new URL(request.url).pathname.slice(1);
      return new Response(OBJECTS[name]!, { headers: { etag: `"${name}"` } });
    },
  );
  const start = (name: string) =>
    command(PROGRAM, [
      "deploy",
      "--model-name=m",
      `--model-uri=http://127.0.0.1:${server.addr.port}/${name}`,
      `--model-repository=${folder}/models`,
    ]).spawn();
  const whole = async (name: string) => {
    const { code, stderr } = await start(name).output();
    equal(code, 0, new TextDecoder().decode(stderr));
    equal(await state(folder), name[0]);
  };
  try {
    const began = performance.now();
    await whole(NAMES[0]!);
    // How long a run takes: learned anew from each, since other work may slow the machine down.
    let duration = performance.now() - began;
    let killed = 0;
    for (let round = 1; round <= KILLS; round++) {
      const [before, fresh] = [NAMES[(round - 1) % 3]!, NAMES[round % 3]!];
      const child = start(fresh);
      await new Promise((resolve) => setTimeout(resolve, duration * next()));
      try {
        child.kill("SIGKILL");
      } catch {
        // It was faster.
      }
      const isKilled = (await child.output()).signal === "SIGKILL";
      if (isKilled) killed++;
      duration *= isKilled ? 1.03 : 0.9;
      // Whatever Triton would find is a whole model.
      ok([before[0], fresh[0], "none"].includes(await state(folder)), `round ${round}`);
      await whole(fresh);
    }
    equal(names(`${folder}/.incoming/m`), ["stamp.json"]);
    ok(killed >= KILLS / 4, `only ${killed} of ${KILLS} runs were killed`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

const names = (path: string) => Array.from(Deno.readDirSync(path), ({ name }) => name).sort();

/** Which model the repository holds: none between two renames; fails when it is a mixture, or a part. */
async function state(folder: string): Promise<string> {
  const model = `${folder}/models/m`;
  if (names(`${folder}/models`).length === 0) return "none";
  equal(names(`${folder}/models`), ["m"]);
  equal([names(model), names(`${model}/1`)], [["1", "config.pbtxt"], ["model.onnx", "w.bin"]]);
  const data = await Deno.readFile(`${model}/1/w.bin`);
  const name = String.fromCharCode(data[0]!);
  ok(data.length === 2_000_000 && data.every((byte) => byte === data[0]), "the data is mixed");
  const config = await Deno.readTextFile(`${model}/config.pbtxt`);
  ok(config.includes(`name: "${name}"`), config);
  equal(await Deno.readFile(`${model}/1/model.onnx`), parts(name)[0]!.body);
  return name;
}
