import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { fakeWorld, inFolder } from "../../support/fake_world.ts";

const MODEL = ["--model-name", "m", "--model-path", "m.onnx"];

async function create(...words: string[]) {
  const world = fakeWorld();
  const code = await run(["create", ...MODEL, "--no-lint", ...words], world);
  return { code, err: world.stderr.join("\n") };
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const MARKER = ".helm-navigator-workspace";

Deno.test("the workspace that create made is emptied, but for the new charts", () =>
  inFolder(async () => {
    equal((await create("--chart-name", "old")).code, 0);
    equal((await create("--chart-name", "new", "--max-batch-size", "4")).code, 0);
    await Deno.writeTextFile("navigator_workspace/notes", "");
    equal(names("navigator_workspace/charts"), ["new", "old"]);
    equal((await create("--chart-name", "new", "--override-workspace")).code, 0);
    equal(names("navigator_workspace"), [MARKER, "charts"]);
    equal(names("navigator_workspace/charts"), ["new"]);
    match(
      await Deno.readTextFile("navigator_workspace/charts/new/new-inference/values.yaml"),
      /maxBatchSize: 128/,
    );
  }));

Deno.test("it is ours also when --charts-repository names a folder in it", () =>
  inFolder(async () => {
    equal((await create("--charts-repository", "navigator_workspace/charts")).code, 0);
    equal(names("navigator_workspace"), [MARKER, "charts"]);
    equal((await create("--charts-repository", "elsewhere")).code, 0);
    equal(names("elsewhere"), ["m"]);
  }));

Deno.test("a folder of the user's is never emptied", () =>
  inFolder(async () => {
    await Deno.mkdir("mine");
    await Deno.writeTextFile("mine/precious", "");
    equal((await create("--workspace-path", "mine")).code, 0);
    equal(names("mine"), ["charts", "precious"]);
    const { code, err } = await create("--workspace-path", "mine", "--override-workspace");
    equal(code, 2);
    match(err, /--override-workspace: `mine` was not made by helm-navigator/);
    equal(names("mine"), ["charts", "precious"]);
  }));

Deno.test("a model or a configuration file in the workspace is never removed", () =>
  inFolder(async () => {
    equal((await create()).code, 0);
    await Deno.writeTextFile("navigator_workspace/m.onnx", "");
    await Deno.writeTextFile("navigator_workspace/n.yaml", "model_version: 2");
    await Deno.symlink("navigator_workspace/m.onnx", "link.onnx");
    for (
      const words of [
        ["--model-path", "navigator_workspace/m.onnx"],
        ["--model-path", "link.onnx"],
        ["--config-path", "navigator_workspace/n.yaml"],
      ]
    ) {
      const { code, err } = await create(...words, "--override-workspace");
      equal(code, 2);
      match(err, /lies in the workspace that `--override-workspace` would empty/);
    }
    equal(names("navigator_workspace"), [MARKER, "charts", "m.onnx", "n.yaml"]);
  }));

Deno.test("charts that do not lint empty nothing", () =>
  inFolder(async () => {
    equal((await create("--chart-name", "old")).code, 0);
    const world = fakeWorld({ tools: [{ starts: "helm lint", fails: "bad" }] });
    equal(await run(["create", ...MODEL, "--override-workspace"], world), 1);
    equal(names("navigator_workspace/charts"), ["old"]);
  }));
