/** The charts of a few cases, whole: tests/golden/README.md says what lies where. */

import { equal, ok } from "../support/assert.ts";
import { part, PROGRAM, ROOT, runProgram } from "../support/program.ts";

const FOLDER = `${ROOT}tests/golden`;
const UPDATE = Deno.env.get("UPDATE_GOLDEN") !== undefined;

type Tree = ReadonlyMap<string, string>;

function readTree(folder: string, below = ""): Map<string, string> {
  const tree = new Map<string, string>();
  for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${below}`)) {
    const path = `${below}${name}`;
    if (isDirectory) { for (const entry of readTree(folder, `${path}/`)) tree.set(...entry); }
    // The program itself.
    else if (!path.endsWith("toolkit/helm-navigator")) {
      tree.set(path, Deno.readTextFileSync(`${folder}/${path}`));
    }
  }
  return new Map([...tree].sort(([a], [b]) => a < b ? -1 : 1));
}

/** Where `create` has a file from, if it is a copy: `m-inference/templates/x` ← `inference/templates/x`. */
function origin(path: string): string {
  const [, ...parts] = path.split("/");
  return parts.join("/").replace(/^.*-(inference|tester)\//, "$1/").replace(
    /^([^/]+)$/,
    "image/$1",
  );
}

async function make(name: string): Promise<Tree> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const env = { HELM_BIN: part("NAVIGATOR_HELM4"), HOME: folder, NO_COLOR: "1" };
  const run = async (program: string, args: readonly string[]) => {
    const result = await runProgram(program, args, { cwd: folder, env });
    ok(result.code === 0, `${args.join(" ")}: ${result.stderr}`);
    return result.stdout.replaceAll(folder, "[DIR]");
  };
  try {
    const copy = (file: string) => Deno.copyFile(`${FOLDER}/${name}/${file}`, `${folder}/${file}`);
    await copy("navigator.yaml");
    const made = (await run(PROGRAM, ["create", "--config-path", "navigator.yaml"])).trim();
    const charts = made.replace("[DIR]/", "").replace(/\/[^/]+$/, "");
    const result = new Map<string, string>();
    for (const [path, text] of readTree(`${folder}/${charts}`)) {
      const template = await Deno.readTextFile(`${ROOT}templates/${origin(path)}`).catch(() => "");
      if (template === "") result.set(`charts/${path}`, text);
      else equal(text, template, path);
    }
    const tree = `${charts}/${made.split("/").at(-1)}`;
    const helmCharts = [...Deno.readDirSync(`${folder}/${tree}`)].map((entry) => entry.name)
      .filter((entry) => /-(inference|tester)$/.test(entry)).sort();
    const manifests: string[] = [];
    const paths = helmCharts.map((chart) => `${tree}/${chart}`);
    const linted = [await run(part("NAVIGATOR_HELM4"), ["lint", "--strict", ...paths])];
    for (const chart of helmCharts) {
      const values = `${chart.split("-").at(-1)}.yaml`;
      await copy(values);
      const args = ["template", chart, `${tree}/${chart}`, "--values", values];
      manifests.push(await run(part("NAVIGATOR_HELM4"), args));
      linted.push(await run(PROGRAM, ["lint", `${tree}/${chart}`, "--", "--values", values]));
    }
    result.set("manifests.yaml", manifests.join(""));
    result.set("lint.txt", linted.join("\n"));
    return result;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const { name, isDirectory } of Deno.readDirSync(FOLDER)) {
  if (!isDirectory) continue;
  Deno.test(`golden charts: ${name}`, async () => {
    const actual = await make(name);
    const given = ["navigator.yaml", "inference.yaml", "tester.yaml"];
    const before = readTree(`${FOLDER}/${name}`);
    given.forEach((file) => before.delete(file));
    if (!UPDATE) {
      return equal(
        Object.fromEntries(before),
        Object.fromEntries(actual),
        "deno task golden accepts it",
      );
    }
    for (const path of before.keys()) await Deno.remove(`${FOLDER}/${name}/${path}`);
    for (const [path, text] of actual) {
      const target = `${FOLDER}/${name}/${path}`;
      await Deno.mkdir(target.replace(/\/[^/]+$/, ""), { recursive: true });
      await Deno.writeTextFile(target, text);
    }
  });
}
