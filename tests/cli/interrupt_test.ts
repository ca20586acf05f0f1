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

const KILLS = 200;

Deno.test("kill -9 at any moment: `lint` finds a whole chart, the old or the new", () =>
  inFolder(async (folder) => {
    const env = { HELM_BIN: part("NAVIGATOR_HELM4") };
    // Each version differs in several files, so that a mixture of two would show.
    const run = (version: number) => {
      const differs = ["--chart-version", `0.0.${version}`, "--max-batch-size", `${version}`];
      return command(PROGRAM, [...ARGS, "--no-lint", ...differs], { cwd: folder, env });
    };
    const versionOf = async () => {
      const tree = `${folder}/navigator_workspace/charts/m`;
      const files = ["m-inference/Chart.yaml", "m-tester/Chart.yaml", "m-inference/values.yaml"];
      const texts = await Promise.all(files.map((file) => Deno.readTextFile(`${tree}/${file}`)));
      const found = texts.map((text) => /^version: "0\.0\.(\d+)"|maxBatchSize: (\d+)/m.exec(text)!);
      const versions = new Set(found.map(([, chart, batch]) => chart ?? batch));
      equal(versions.size, 1, [...versions].join());
      return Number([...versions][0]);
    };
    const started = performance.now();
    equal((await run(1).output()).code, 0);
    // How long a run takes: learned anew from each, since other work may slow the machine down.
    let whole = performance.now() - started;
    let killed = 0;
    let last = 1;
    for (let version = 2; version <= KILLS + 1; version++) {
      const child = run(version).spawn();
      // Moments that are spread over the later part of a run, where files are written and renamed.
      const moment = whole * (0.3 + 0.7 * ((version * 0.618) % 1));
      await new Promise((resolve) => setTimeout(resolve, moment));
      try {
        child.kill("SIGKILL");
      } catch {
        // It was quicker than we are.
      }
      const isKilled = (await child.output()).signal === "SIGKILL";
      if (isKilled) killed++;
      whole *= isKilled ? 1.03 : 0.9;
      const linted = await command(PROGRAM, ["lint"], { cwd: folder, env }).output();
      equal(linted.code, 0, new TextDecoder().decode(linted.stderr));
      const found = await versionOf();
      ok(found === last || found === version, `${found}, after ${last} and ${version}`);
      last = found;
    }
    ok(killed >= KILLS / 4, `only ${killed} of ${KILLS} runs were killed`);
    equal((await run(999).output()).code, 0);
    equal([await versionOf(), charts(folder)], [999, ["m"]]);
  }));
