/** What the words of `lint` may be. */

import { packTree } from "../../../src/chart/package.ts";
import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { create, files } from "../../support/create.ts";
import { type FakeTool, fakeWorld, inFolder } from "../../support/fake_world.ts";
import { goodChart, printChart } from "../../support/manifests.ts";

/** Runs `lint` with a Helm that finds fault with every chart; says what it linted, from where. */
async function lint(word: string) {
  const seen: { readonly path: string; readonly files: readonly string[] }[] = [];
  const tools: FakeTool[] = [
    {
      starts: "helm lint",
      answer: ({ args }) => {
        const paths = args.filter((arg) => arg !== "lint" && !arg.startsWith("-"));
        paths.forEach((path) => seen.push({ path, files: files(path) }));
        return paths.map((path) => `==> Linting ${path}\n[INFO] Chart.yaml: dull\n`).join("\n");
      },
    },
    { starts: "helm template", answer: printChart(goodChart()) },
  ];
  const world = fakeWorld({ tools });
  const code = await run(["lint", word, "--output", "json"], world);
  const findings: { chart: string }[] = code === 2 ? [] : JSON.parse(world.stdout.join(""));
  return { code, seen, charts: findings.map(({ chart }) => chart), err: world.stderr.join("\n") };
}

const MODEL = "--model-name m --model-path m.onnx --no-lint";

Deno.test("a folder of trees is every chart in it", () =>
  inFolder(async () => {
    await create(`${MODEL} --chart-name a`);
    await create(`${MODEL} --chart-name b`);
    await Deno.mkdir("navigator_workspace/charts/other");
    const { code, charts } = await lint("navigator_workspace/charts");
    const expected = ["a/a-inference", "a/a-tester", "b/b-inference", "b/b-tester"];
    equal([code, charts], [0, expected.map((path) => `navigator_workspace/charts/${path}`)]);
  }));

Deno.test("archives of trees and of charts are unpacked elsewhere, and nothing stays", () =>
  inFolder(async () => {
    await create(`${MODEL} --output-package m.tgz`);
    const chart = "navigator_workspace/charts/m/m-inference";
    const tree = new Map(
      files(chart).map((path) => [
        path,
        { text: Deno.readTextFileSync(`${chart}/${path}`) },
      ]),
    );
    await Deno.writeFile("packed.tgz", await packTree({ directory: "m-inference", tree }));
    await Deno.symlink("packed.tgz", "link.tgz");
    const before = files(".");
    const rows: [word: string, charts: string[]][] = [
      ["m.tgz", ["m.tgz/m-inference", "m.tgz/m-tester"]],
      ["packed.tgz", ["packed.tgz"]],
      ["link.tgz", ["link.tgz"]],
    ];
    for (const [word, expected] of rows) {
      const { code, charts, seen } = await lint(word);
      equal([code, charts], [0, expected]);
      equal(seen[0]!.files, files(chart));
      for (const { path } of seen) equal(await Deno.stat(path).catch(() => "gone"), "gone");
      equal(files("."), before);
    }
  }));

Deno.test("what is in a chart's archive comes out as the same bytes", () =>
  inFolder(async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const tree = new Map([["Chart.yaml", { text: "\ufeffname: c" }], ["charts/sub.tgz", {
      bytes,
    }]]);
    await Deno.writeFile("c.tgz", await packTree({ directory: "c", tree }));
    const found: Uint8Array[] = [];
    const world = fakeWorld({
      tools: [
        {
          starts: "helm lint",
          answer: ({ args }) => {
            for (const path of tree.keys()) found.push(Deno.readFileSync(`${args.at(-1)}/${path}`));
            return `==> Linting ${args.at(-1)}\n`;
          },
        },
        { starts: "helm template", answer: printChart(goodChart()) },
      ],
    });
    equal(await run(["lint", "c.tgz"], world), 0);
    equal(found, [new TextEncoder().encode("\ufeffname: c"), bytes]);
  }));

Deno.test("what is no archive of a chart is refused", () =>
  inFolder(async () => {
    const tree = new Map([["notes", { text: "" }]]);
    await Deno.writeFile("n.tgz", await packTree({ directory: "n", tree }));
    await Deno.writeTextFile("file", "");
    match((await lint("n.tgz")).err, /^error: n\.tgz: holds neither a chart nor the tree of one/);
    match((await lint("file")).err, /^error: `file` is no chart/);
  }));
