/** `build` with a real docker: interrupted, and when the Dockerfile does not build. */

import { equal, match } from "../support/assert.ts";
import { command, part, PROGRAM, runProgram } from "../support/program.ts";
import { until } from "../support/until.ts";

async function withChart(run: string, deed: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const args = ["create", "--model-name", "m", "--model-path", "m.onnx", "--no-lint"];
    equal((await runProgram(PROGRAM, args, { cwd: folder })).code, 0);
    const dockerfile = `FROM ${part("NAVIGATOR_FRAMEWORK_IMAGE")}\nRUN ${run}\n`;
    await Deno.writeTextFile(`${folder}/navigator_workspace/charts/m/Dockerfile`, dockerfile);
    await deed(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function containers(): Promise<string[]> {
  const { stdout } = await runProgram("docker", ["ps", "--all", "--quiet", "--no-trunc"]);
  return stdout.split("\n").filter((id) => id !== "").sort();
}

Deno.test("Ctrl-C during build leaves no container and no image", () =>
  withChart(`sleep 120 # ${crypto.randomUUID()}`, async (folder) => {
    const before = await containers();
    const tag = `interrupted:${crypto.randomUUID()}`;
    const child = command(PROGRAM, ["build", "--tag", tag], { cwd: folder }).spawn();
    await until(async () => (await containers()).length > before.length);
    child.kill("SIGINT");
    equal((await child.output()).code, 130);
    await until(async () => JSON.stringify(await containers()) === JSON.stringify(before));
    equal((await runProgram("docker", ["image", "inspect", tag])).code, 1);
  }));

Deno.test("a Dockerfile that does not build: docker's own last lines, exit code 1", () =>
  withChart(`echo the reason; exit 3 # ${crypto.randomUUID()}`, async (folder) => {
    const { code, stdout, stderr } = await runProgram(PROGRAM, ["build"], { cwd: folder });
    equal([code, stdout], [1, ""]);
    match(stderr, /error: `docker build` failed with exit code/);
    match(stderr, /the reason/);
    match(stderr, /returned a non-zero code: 3|exit code: 3/);
  }));

Deno.test("push to a registry that is not there says so", () =>
  withChart("true", async (folder) => {
    const image = `127.0.0.1:1/nobody/m:${crypto.randomUUID()}`;
    equal((await runProgram(PROGRAM, ["build"], { cwd: folder })).code, 0);
    const args = ["push", "--image", image];
    const { code, stderr } = await runProgram(PROGRAM, args, { cwd: folder });
    await runProgram("docker", ["image", "rm", image, "m:0.1.0"]);
    equal(code, 1);
    match(stderr, /error: `docker push` failed.*connection refused/s);
  }));
