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
  { starts: "docker version" },
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

Deno.test("the first tool that works builds, and it pushes too, by the digest that it wrote", () =>
  inChart(async (verb) => {
    const built = await verb("build", [
      { starts: "docker version", fails: "Cannot connect to the Docker daemon at unix:///x" },
      { starts: "podman info" },
      { starts: "podman build" },
      { starts: "podman image inspect", answer: "one" },
    ]);
    equal([built.code, built.out], [0, "m:0.1.0"]);
    const pushed = await verb("push --image r.io/m:1 -- --tls-verify=false", [
      { starts: "podman tag m:0.1.0 r.io/m:1" },
      {
        starts: "podman push --digestfile",
        answer: ({ args }) => {
          Deno.writeTextFileSync(args[2]!, "sha256:aa\n");
          return "";
        },
      },
      { starts: "podman image inspect", answer: "one" },
    ]);
    equal([pushed.code, pushed.out], [0, "r.io/m:1@sha256:aa"]);
    match(pushed.commands[1]!, /--tls-verify=false r\.io\/m:1$/);
    equal((await verb("install --skip-preflight", installing)).err, "");
    const shown = await verb("push --builder buildah --dry-run --image r.io/m:1", []);
    equal(shown.out, "buildah tag m:0.1.0 r.io/m:1\nbuildah push r.io/m:1");
  }));

Deno.test("no tool works: each says why, and the first that is there is the one to mend", () =>
  inChart(async (verb) => {
    const { code, err } = await verb("build", [
      { starts: "docker version", fails: "Cannot connect to the Docker daemon at unix:///x" },
      { starts: "podman info", fails: "podman is broken" },
      { starts: "buildah info", fails: "buildah is broken" },
    ]);
    equal(code, 1);
    match(err, /no tool that builds images works/);
    match(err, /unix:\/\/\/x\n {2}podman is broken\n {2}buildah is broken\n/);
    match(err, /^hint: start the Docker daemon/m);
  }));

Deno.test("what a build is told", () =>
  inChart(async (verb) => {
    const line = "build --builder buildah --dry-run --pull --no-cache --platform linux/amd64 " +
      "--build-arg A=1 B --ca-certificate ca.pem";
    await Deno.writeTextFile("ca.pem", "-----BEGIN CERTIFICATE-----\n");
    const { out } = await verb(line, []);
    match(
      out,
      /^CA_CERTIFICATES="\$\(cat ca\.pem\)" buildah build --layers --force-rm --pull=always /,
    );
    match(
      out,
      / --platform linux\/amd64 --build-arg A=1 --build-arg B --build-arg CA_CERTIFICATES /,
    );
    match(out, / --no-cache \S+\/m$/);
  }));

Deno.test("words that are none of a build's or a push's", () =>
  inChart(async (verb) => {
    await Deno.writeTextFile(
      "key.pem",
      "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n",
    );
    await Deno.writeTextFile("text.pem", "hello\n");
    const rows: [line: string, said: RegExp][] = [
      ["build --tag Not/An:Image:", /^error: --tag: must be an image/m],
      [
        "build --tag m:1@sha256:" + "a".repeat(64),
        /^error: --tag: must be a name without a digest/m,
      ],
      ["build --builder kaniko", /^error: --builder: must be one of docker, podman, buildah/m],
      ["build --platform amd64", /^error: --platform: must be a platform/m],
      ["build --build-arg =1", /^error: --build-arg: `\[0\]` must be NAME=VALUE/m],
      ["build --ca-certificate none.pem", /^error: --ca-certificate: none\.pem is not a file/m],
      ["build --ca-certificate key.pem", /^error: --ca-certificate: key\.pem holds a private key/m],
      ["build --ca-certificate text.pem", /^error: --ca-certificate: text\.pem holds no cert/m],
      ["push --image r.io/M:1", /^error: --image: must be an image/m],
      ["push --image org/m:1", /names no registry\nhint: give it whole: --image registry\.example/],
      ["push --image r.io/m", /names no tag/],
      ["push", /`m:0\.1\.0` names no registry/],
    ];
    for (const [line, said] of rows) {
      const { code, err } = await verb(line, []);
      equal([line, code], [line, 2]);
      match(err, said);
    }
  }));

Deno.test("a push goes on when the network comes back, and ends at once when it is refused", () =>
  inChart(async (verb) => {
    await verb("build", building("one"));
    const broken = { code: 1, stderr: "write: connection reset by peer" };
    const [tag, push, ...rest] = pushing("one");
    const twice = { ...push!, answers: [broken, broken, ""] };
    const done = await verb("push --image r.io/m:1", [tag!, twice, ...rest]);
    equal([done.code, done.err.match(/pushing again in \d s/g)], [0, [
      "pushing again in 1 s",
      "pushing again in 3 s",
    ]]);
    const gone = await verb("push --image r.io/m:1", [tag!, { ...push!, answer: broken }]);
    equal([gone.code, gone.commands.length], [1, 5]);
    const denied = { ...push!, fails: "unauthorized: authentication required" };
    const refused = await verb("push --image r.io/m:1", [tag!, denied]);
    equal([refused.code, refused.commands.length], [1, 2]);
    match(refused.err, /^hint: log in first: docker login r\.io$/m);
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
