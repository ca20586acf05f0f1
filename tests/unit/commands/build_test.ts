import { run } from "../../../src/cli/run.ts";
import { equal, match } from "../../support/assert.ts";
import { type FakeTool, fakeWorld, inFolder } from "../../support/fake_world.ts";

/** Runs verbs one after the other in a folder with one chart. */
async function inChart(
  deed: (verb: (line: string, tools: readonly FakeTool[]) => Promise<Result>) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await Deno.writeTextFile("program", "", { mode: 0o755 });
    const binary = `${folder}/program`;
    await run(
      ["create", "--model-name", "m", "--model-path", "m.onnx", "--no-lint"],
      fakeWorld({ binary }),
    );
    await deed(async (line, tools) => {
      const world = fakeWorld({ tools });
      const code = await run(line.split(" "), world);
      if (code === 0) world.done();
      return {
        code,
        out: world.stdout.join("\n"),
        err: world.stderr.join("\n"),
        commands: world.commands,
      };
    });
  });
}

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly commands: readonly string[];
}

const building = (id: string): FakeTool[] => [
  { starts: "docker build" },
  { starts: "docker image inspect --format '{{.Id}}' m:0.1.0", answer: id },
];
const pushing = (id: string): FakeTool[] => [
  { starts: "docker tag m:0.1.0 r.io/m:1" },
  { starts: "docker push r.io/m:1" },
  { starts: "docker image inspect --format '{{.Id}}' r.io/m:1", answer: id },
  { starts: "docker image inspect", answer: "other.io/m@sha256:bb\nr.io/m@sha256:aa\n" },
];
const installing: FakeTool[] = [{ starts: "helm upgrade --install m-inference" }];
const rendering: FakeTool[] = [{ starts: "helm template m-inference" }];

Deno.test("build, push, install: each finds what the one before left", () =>
  inChart(async (verb) => {
    equal((await verb("build", building("one"))).out, "m:0.1.0");
    equal((await verb("push --image r.io/m:1", pushing("one"))).out, "r.io/m:1@sha256:aa");
    const dry = await verb("install --skip-preflight --dry-run", rendering);
    match(dry.out, /"image": "r\.io\/m:1@sha256:aa"/);
    equal((await verb("install --skip-preflight", installing)).err, "");
  }));

Deno.test("the same image built again is still the one that was pushed; another one is not", () =>
  inChart(async (verb) => {
    await verb("build", building("one"));
    match(
      (await verb("install --skip-preflight", installing)).err,
      /m:0\.1\.0 has been built and not been pushed/,
    );
    await verb("push --image r.io/m:1", pushing("one"));
    await verb("build", building("one"));
    equal((await verb("install --skip-preflight", installing)).err, "");
    await verb("build", building("two"));
    match(
      (await verb("install --skip-preflight", installing)).err,
      /has been built and not been pushed since/,
    );
    equal((await verb("install --skip-preflight --image r.io/m:2", installing)).err, "");
  }));

Deno.test("a signed URI: its secret is made first, and does not outlive a refused install", () =>
  inChart(async (verb) => {
    const line =
      "install --skip-preflight --image r.io/m:1 --model-uri https://h/m.onnx?sig=GEHEIM";
    const secret: FakeTool = { starts: "kubectl create --filename -" };
    const done = await verb(line, [secret, ...installing]);
    equal(done.code, 0);
    const refused = await verb(line, [
      secret,
      { starts: "helm upgrade", fails: "no" },
      { starts: "kubectl delete secret m-inference-model-uri-" },
    ]);
    equal(refused.code, 1);
    equal(refused.commands.length, 3);
    for (const text of [done.out, done.err, refused.err, ...done.commands, ...refused.commands]) {
      equal(text.includes("GEHEIM"), false);
    }
  }));

Deno.test("uninstall removes what is ours, and nothing else", () =>
  inChart(async (verb) => {
    const holds = (release: string, chart: string): FakeTool => ({
      starts: `helm get metadata ${release} `,
      answer: JSON.stringify({ chart }),
    });
    const both = await verb("uninstall", [
      holds("m-inference", "m-inference"),
      holds("m-tester", "m-tester"),
      { starts: "helm uninstall m-tester" },
      { starts: "helm uninstall m-inference" },
      { starts: "kubectl delete secrets" },
    ]);
    equal([both.code, both.out], [0, "m-inference"]);
    const absent = (release: string): FakeTool => ({
      starts: `helm get metadata ${release} `,
      fails: "Error: release: not found",
    });
    const none = [absent("m-inference"), absent("m-tester")];
    const secrets = (answer: string) => ({ starts: "kubectl delete secrets", answer });
    const nothing = await verb("uninstall", [...none, secrets("No resources found")]);
    equal(nothing.code, 1);
    match(nothing.err, /release m-inference is not found/);
    const secret = await verb("uninstall", [
      ...none,
      secrets('secret "m-inference-model-uri-1" deleted'),
    ]);
    equal(secret.code, 0);
    const foreign = await verb("uninstall postgres", [holds("postgres", "postgresql")]);
    equal([foreign.code, foreign.commands.length], [1, 1]);
    match(foreign.err, /release postgres holds the chart postgresql/);
  }));
