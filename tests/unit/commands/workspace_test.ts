import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { fakeWorld, inFolder } from "../../support/fake_world.ts";

const MODEL = ["--model-name", "m", "--model-path", "m.onnx"];

async function create(...words: string[]) {
  const world = fakeWorld();
  const code = await run(["create", ...MODEL, "--no-lint", ...words], world);
  return { code, out: world.stdout.join("\n"), err: world.stderr.join("\n") };
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

Deno.test("a workspace with two names is emptied as one", async (t) => {
  const rows = [
    [["real", "link"], "link", "real/charts"],
    [["real/charts", "link"], "real", "link"],
    [["../real/charts", "real/way"], "real", "real/way"],
  ] as const;
  for (const [[to, at], workspace, repository] of rows) {
    await t.step(`${workspace} ${repository}`, () =>
      inFolder(async () => {
        equal((await create("--workspace-path", "real", "--chart-name", "old")).code, 0);
        equal((await create("--workspace-path", "real")).code, 0);
        await Deno.symlink(to, at);
        const places = ["--workspace-path", workspace, "--charts-repository", repository];
        const words = [...places, "--max-batch-size", "4", "--override-workspace"];
        equal((await create(...words)).code, 0);
        equal([names("real/charts"), names(repository)], [["m"], ["m"]]);
        const values = await Deno.readTextFile("real/charts/m/m-inference/values.yaml");
        match(values, /maxBatchSize: 4/);
      }));
  }
});

Deno.test("runs with charts in one workspace do not take each other's away", () =>
  inFolder(async () => {
    equal((await create()).code, 0);
    const runs = ["a", "b", "c", "d", "e", "f"].map((name) =>
      create("--charts-repository", `navigator_workspace/${name}`, "--override-workspace")
    );
    for (const { code, err } of await Promise.all(runs)) {
      equal([code, err.includes("error")], [0, false]);
    }
    const [last, ...others] = names("navigator_workspace").filter((name) => name !== MARKER);
    equal([names(`navigator_workspace/${last}`), others], [["m"], []]);
  }));

Deno.test("a first run that fails leaves nothing", () =>
  inFolder(async () => {
    const world = fakeWorld({ tools: [{ starts: "helm lint", fails: "bad" }] });
    equal(await run(["create", ...MODEL], world), 1);
    equal(names("."), []);
    await Deno.mkdir("navigator_workspace");
    equal((await create("--output-package", "none/m.tgz")).code, 1);
    equal([names("."), names("navigator_workspace")], [["navigator_workspace"], []]);
    equal((await create("--override-workspace")).code, 0);
  }));

Deno.test("after a kill at any moment of a first run the workspace is ours", async (t) => {
  const rows: Record<string, string[]> = {
    "before the marker": ["navigator_workspace"],
    "before the charts": [`navigator_workspace/${MARKER}`],
    "while staging": [
      `navigator_workspace/${MARKER}`,
      "navigator_workspace/charts/.other.navigator-new/other-inference",
    ],
  };
  for (const [moment, folders] of Object.entries(rows)) {
    for (const words of [[], ["--override-workspace"]]) {
      await t.step(`${moment} ${words}`, () =>
        inFolder(async () => {
          for (const folder of folders) await Deno.mkdir(folder, { recursive: true });
          equal((await create(...words)).code, 0);
          equal(names("navigator_workspace/charts"), ["m"]);
          equal((await create("--chart-name", "n", "--override-workspace")).code, 0);
          equal(names("navigator_workspace/charts"), ["n"]);
        }));
    }
  }
});

Deno.test("the archive is kept, and never lies in what is replaced", () =>
  inFolder(async () => {
    const archive = "navigator_workspace/m.tgz";
    equal((await create()).code, 0);
    await Deno.writeTextFile("navigator_workspace/notes", "");
    equal((await create("--override-workspace", "--output-package", archive)).code, 0);
    equal(names("navigator_workspace"), [MARKER, "charts", "m.tgz"]);
    await Deno.symlink("navigator_workspace/charts", "link");
    for (const folder of ["navigator_workspace/charts/m", "link/m", "link/m/toolkit"]) {
      const { code, err } = await create("--output-package", `${folder}/m.tgz`);
      equal(code, 2);
      match(err, /--output-package: `.*m\.tgz` lies in `navigator_workspace\/charts\/m`, which is/);
    }
  }));

Deno.test("a dry run says what would be removed and packed, and does neither", () =>
  inFolder(async () => {
    equal((await create("--chart-name", "old")).code, 0);
    const before = names("navigator_workspace/charts");
    const words = ["--dry-run", "--override-workspace", "--output-package", "m.tgz"];
    const { out, err } = await create(...words);
    match(out, /^navigator_workspace\/charts\/m\/Dockerfile$[^]*^m\.tgz$/m);
    match(err, /^would remove navigator_workspace\/charts\/old$/m);
    const [plan, ...others] = JSON.parse((await create(...words, "--output", "json")).out);
    const { path, name, variant, format, files, package: archive } = plan;
    equal([others, name, variant, format], [[], "m", "onnx", "onnx"]);
    equal([path, archive], [`${Deno.cwd()}/navigator_workspace/charts/m`, `${Deno.cwd()}/m.tgz`]);
    equal(files.includes(`${path}/m-inference/Chart.yaml`), true);
    equal([names("navigator_workspace/charts"), names(".")], [before, ["navigator_workspace"]]);
  }));

Deno.test("links that lead nowhere good are named", () =>
  inFolder(async () => {
    equal((await create()).code, 0);
    await Deno.mkdir("charts");
    await Deno.symlink("../navigator_workspace/charts/m", "charts/m");
    await Deno.symlink("nothing", "dead");
    const rows: [words: string[], message: RegExp][] = [
      [["--charts-repository", "charts"], /^error: charts\/m: is a link, and only a directory/m],
      [
        ["--charts-repository", "dead/charts"],
        /^error: --charts-repository: `dead` is a link to nothing$/m,
      ],
      [["--workspace-path", "dead"], /^error: --workspace-path: `dead` is a link to nothing$/m],
    ];
    for (const [words, message] of rows) {
      const { code, err } = await create(...words);
      equal(code, 2);
      match(err, message);
    }
  }));
