import { printMarker } from "../../../src/chart/marker.ts";
import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { type FakeTool, fakeWorld, inFolder } from "../../support/fake_world.ts";
import { goodChart, printChart, spoil } from "../../support/manifests.ts";

const GOOD = printChart(goodChart());
const LATEST = printChart(spoil(goodChart(), {
  "Deployment.spec.template.spec.initContainers.0.image": "deployer:latest",
}));
const NO_CHECKSUM = printChart(spoil(goodChart(), {
  "Deployment.spec.template.metadata.annotations": undefined,
}));

const lints = (...charts: string[]): FakeTool => ({
  starts: "helm lint --strict",
  answer: charts.map((chart) => `==> Linting ${chart}\n`).join("\n"),
});
const renders = (text: string): FakeTool => ({ starts: "helm template", answer: text });

async function lint(line: string, tools: readonly FakeTool[] = []) {
  const world = fakeWorld({ tools });
  const code = await run(["lint", ...line.split(" ").filter(Boolean)], world);
  world.done();
  const err = world.stderr.join("\n");
  return { code, out: world.stdout.join("\n"), err, commands: world.commands };
}

/** A tree that `create` made, as far as `lint` looks at it. */
async function makeTree(): Promise<void> {
  await Deno.mkdir("t/m-inference", { recursive: true });
  await Deno.mkdir("t/m-tester");
  await Deno.writeTextFile("t/.helm-navigator.json", printMarker({ name: "m", version: "0.1.0" }));
  for (
    const [chart, values] of [["m-inference", "deployer: {image: null, modelUri: a}"], [
      "m-tester",
      "tester: {}\nimage: null",
    ]] as const
  ) {
    await Deno.writeTextFile(`t/${chart}/Chart.yaml`, `name: ${chart}`);
    await Deno.writeTextFile(`t/${chart}/values.yaml`, values);
  }
}

Deno.test("one helm lints all charts, each is rendered for two versions", () =>
  inFolder(async () => {
    await makeTree();
    const { code, out, err, commands } = await lint("t", [
      lints("t/m-inference", "t/m-tester"),
      renders(GOOD),
    ]);
    equal([code, out, err], [0, "", "nothing to complain about in 2 charts"]);
    equal(
      commands.sort(),
      [
        "helm lint --strict t/m-inference t/m-tester",
        ...["inference", "tester"].flatMap((part) =>
          ["1.27", "1.37"].map((version) =>
            `helm template m-${part} t/m-${part} --kube-version ${version} --values -`
          )
        ),
      ],
    );
  }));

Deno.test("only what is required and missing gets a placeholder", () =>
  inFolder(async () => {
    await makeTree();
    const given = new Set<string>();
    const tool: FakeTool = {
      starts: "helm template",
      answer: ({ stdin }) => {
        given.add(stdin!);
        return GOOD;
      },
    };
    await lint("t", [lints("t/m-inference", "t/m-tester"), tool]);
    const image = "registry.example.com/placeholder:0.1.0";
    const expected = [{ deployer: { image } }, { image }].map((values) => JSON.stringify(values));
    equal([...given].sort(), expected);
  }));

Deno.test("values are for the charts that are named, not for a tree's tester", () =>
  inFolder(async () => {
    await makeTree();
    const lines = async (words: string) =>
      (await lint(`${words} -n prod -- --set a=1 -f v.yaml --api-versions x`, [
        lints("t/m-inference"),
        renders(GOOD),
      ])).commands.filter((line) => !line.includes("1.37")).sort();
    equal(await lines("t"), [
      "helm lint --strict t/m-inference --set a=1 -f v.yaml",
      "helm lint --strict t/m-tester",
      "helm template m-inference t/m-inference --kube-version 1.27 --values - --namespace prod --set a=1 -f v.yaml --api-versions x",
      "helm template m-tester t/m-tester --kube-version 1.27 --values - --namespace prod",
    ]);
    equal(await lines("t/m-tester"), [
      "helm lint --strict t/m-tester --set a=1 -f v.yaml",
      "helm template m-tester t/m-tester --kube-version 1.27 --values - --namespace prod --set a=1 -f v.yaml --api-versions x",
    ]);
  }));

Deno.test("errors end with exit code 1, warnings only with --strict", () =>
  inFolder(async () => {
    await makeTree();
    const chart = "t/m-inference";
    const rows = [
      ["", LATEST, 1, "error: 1 error in 1 chart", "error"],
      ["", NO_CHECKSUM, 0, "1 warning in 1 chart", "warning"],
      ["--strict", NO_CHECKSUM, 1, "error: 1 error in 1 chart", "error"],
    ] as const;
    for (const [flag, text, code, counts, severity] of rows) {
      const result = await lint(`${chart} --output json ${flag}`, [lints(chart), renders(text)]);
      const [finding] = JSON.parse(result.out);
      equal([result.code, result.err, finding.severity], [code, counts, severity]);
      equal([finding.chart, finding.object, finding.file], [
        chart,
        "Deployment/m",
        "m/templates/deployment.yaml",
      ]);
    }
  }));

Deno.test("the cluster is asked once for each chart, in the namespace", () =>
  inFolder(async () => {
    await makeTree();
    const asked: string[] = [];
    const kubectl = (stderr: string): FakeTool => ({
      starts: "kubectl apply --dry-run=server --filename - --namespace prod",
      answer: ({ stdin }) => {
        asked.push(stdin!);
        return { code: stderr === "" ? 0 : 1, stderr };
      },
    });
    const server = (stderr: string) =>
      lint("t -n prod --server", [
        lints("t/m-inference", "t/m-tester"),
        renders(GOOD),
        kubectl(stderr),
      ]);
    equal((await server("")).code, 0);
    equal(asked, [GOOD, GOOD]);
    const refused = await server('The Deployment "m" is invalid: spec.x: Required value\n');
    equal([refused.code, refused.err], [1, "error: 2 errors in 2 charts"]);
    match(refused.out, /error server\n {4}The Deployment "m" is invalid/);
    const away = await server("Unable to connect to the server: connection refused\n");
    equal(away.code, 1);
    match(away.err, /`kubectl apply` failed with exit code 1[^]*hint: no cluster answers/);
  }));

Deno.test("without a word it is the chart here, else the tree", () =>
  inFolder(async (folder) => {
    await makeTree();
    const tools = [lints("."), renders(GOOD)];
    const charts = async () =>
      (await lint("", tools)).commands.find((line) => line.startsWith("helm lint"));
    Deno.chdir("t");
    const tree = Deno.realPathSync(folder) + "/t";
    equal(await charts(), `helm lint --strict ${tree}/m-inference ${tree}/m-tester`);
    Deno.chdir("m-tester");
    equal(await charts(), "helm lint --strict .");
  }));

Deno.test("what is no chart is said, before any tool runs", () =>
  inFolder(async () => {
    await makeTree();
    await Deno.remove("t/m-tester", { recursive: true });
    const { code, err } = await lint("t nowhere t/m-inference");
    equal(code, 2);
    match(err, /`t\/m-tester` is no chart[^]*`nowhere` is no chart/);
    match(
      (await lint("t/m-inference -- --kube-version=1.30")).err,
      /^error: --kube-version: cannot/,
    );
  }));
