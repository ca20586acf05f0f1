import { zip } from "../../support/archive.ts";
import { equal, ok } from "../../support/assert.ts";
import { onnx } from "../../support/onnx.ts";
import { command, ROOT } from "../../support/program.ts";

const ROUNDS = 20;

/** Two models that can be told apart, one in an archive, both with data files. */
function model(output: string): Uint8Array {
  const body = onnx({
    inputs: [{ name: "x", shape: [-1] }],
    outputs: [{ name: output, shape: [-1] }],
    initializers: [{ name: "w", file: "w.bin" }],
  });
  const data = new Uint8Array(300_000).fill(output.charCodeAt(0));
  return zip([{ name: "d/m.onnx", body }, { name: "d/w.bin", body: data }]);
}

Deno.test("deploy: killed at any moment, the next run ends right", async () => {
  const folder = await Deno.makeTempDir();
  const bodies = { a: model("a"), b: model("b") };
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const name = new URL(request.url).pathname[1] as "a" | "b";
      return new Response(bodies[name] as Uint8Array<ArrayBuffer>, {
        headers: { etag: `"${name}"` },
      });
    },
  );
  const start = (name: string) =>
    command(Deno.execPath(), [
      "run",
      "-A",
      `${ROOT}main.ts`,
      "deploy",
      "--model-name=m",
      `--model-uri=http://127.0.0.1:${server.addr.port}/${name}.zip`,
      `--model-repository=${folder}/models`,
    ]).spawn();
  const whole = async (name: string) => {
    const { code, stderr } = await start(name).output();
    equal(code, 0, new TextDecoder().decode(stderr));
    equal(await state(folder), name);
  };
  try {
    const began = performance.now();
    await whole("a");
    const duration = performance.now() - began;
    let killed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const [old, fresh] = round % 2 === 0 ? ["a", "b"] : ["b", "a"];
      const child = start(fresh);
      const delay = duration * (0.3 + 0.8 * round / ROUNDS);
      await new Promise((resolve) => setTimeout(resolve, delay));
      try {
        child.kill("SIGKILL");
      } catch {
        // It was faster.
      }
      const { signal } = await child.output();
      if (signal !== null) killed++;
      const after = await state(folder);
      ok([old, fresh, "between"].includes(after), `round ${round}: ${after}`);
      await whole(fresh);
    }
    ok(killed >= ROUNDS / 4, `only ${killed} of ${ROUNDS} runs were killed in time`);
    equal(await names(`${folder}/models`), ["m"]);
    equal(await names(`${folder}/.incoming`), ["m"]);
    equal(await names(`${folder}/.incoming/m`), ["stamp.json"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Which model is there whole; "between" for the moment between the two renames. */
async function state(folder: string): Promise<string> {
  if ((await names(`${folder}/models`)).length === 0) return "between";
  const text = await Deno.readTextFile(`${folder}/models/m/config.pbtxt`);
  const data = await Deno.readFile(`${folder}/models/m/1/w.bin`);
  const name = /output \{\n {2}name: "(.)"/.exec(text)?.[1] ?? "?";
  const same = data.length === 300_000 && data.every((byte) => byte === name.charCodeAt(0));
  return same ? name : "torn";
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}
