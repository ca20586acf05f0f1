import { equal, match, ok } from "../support/assert.ts";
import { command, part, PROGRAM } from "../support/program.ts";

const ARGS = ["create", "--model-name", "m", "--model-path", "m.onnx"];

/** A helm that says that it has begun, and then takes its time. */
async function slowHelm(folder: string): Promise<string> {
  const path = `${folder}/helm`;
  await Deno.writeTextFile(path, `#!/bin/sh\ntouch ${folder}/begun\nexec sleep 60\n`, {
    mode: 0o755,
  });
  return path;
}

async function existing(path: string): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await Deno.stat(path).then(() => true, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${path} does not appear`);
}

async function inFolder(deed: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await deed(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const charts = (folder: string) =>
  [...Deno.readDirSync(`${folder}/navigator_workspace/charts`)].map((e) => e.name);

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} while helm lints leaves the old chart and nothing else`, () =>
    inFolder(async (folder) => {
      const env = { HELM_BIN: part("NAVIGATOR_HELM4") };
      equal((await command(PROGRAM, ARGS, { cwd: folder, env }).output()).code, 0);
      const child = command(PROGRAM, [...ARGS, "--max-batch-size", "7"], {
        cwd: folder,
        env: { HELM_BIN: await slowHelm(folder) },
      }).spawn();
      await existing(`${folder}/begun`);
      child.kill(signal);
      const ended = await child.output();
      equal(ended.code, code);
      equal(charts(folder), ["m"]);
      const values = await Deno.readTextFile(
        `${folder}/navigator_workspace/charts/m/m-inference/values.yaml`,
      );
      match(values, /maxBatchSize: 128/);
    }));
}

Deno.test("kill -9 at any moment: the next run finds or makes a whole chart", () =>
  inFolder(async (folder) => {
    const env = { HELM_BIN: part("NAVIGATOR_HELM4") };
    const run = (...more: string[]) =>
      command(PROGRAM, [...ARGS, "--no-lint", ...more], { cwd: folder, env });
    equal((await run().output()).code, 0);
    for (let i = 0; i < 20; i++) {
      const child = run("--max-batch-size", String(i + 1)).spawn();
      await new Promise((resolve) => setTimeout(resolve, 20 + i * 4));
      try {
        child.kill("SIGKILL");
      } catch {
        // It was quicker than we are.
      }
      await child.output();
      const looked = await command(PROGRAM, ["build", "--dry-run"], { cwd: folder }).output();
      equal(looked.code, 0, new TextDecoder().decode(looked.stderr));
      ok(charts(folder).includes("m"));
      const names = [...Deno.readDirSync(`${folder}/navigator_workspace/charts/m`)].map((e) =>
        e.name
      ).sort();
      equal(names, [
        ".dockerignore",
        ".helm-navigator.json",
        "Dockerfile",
        "m-inference",
        "m-tester",
        "toolkit",
      ]);
    }
    equal((await run().output()).code, 0);
    equal(charts(folder), ["m"]);
  }));
