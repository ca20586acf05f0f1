import { Interrupted, ToolError } from "../../../src/errors.ts";
import { realExec } from "../../../src/io/exec.ts";
import type { Streams, ToolCommand } from "../../../src/world.ts";
import { equal, failure, match } from "../../support/assert.ts";

const shown: string[] = [];
const streams: Streams = {
  input: () => Promise.resolve(undefined),
  out: () => {},
  err: (text) => shown.push(text),
  progress: () => {},
  ask: () => Promise.resolve(undefined),
  terminal: false,
  colour: false,
};
const exec = realExec(new AbortController().signal, streams);
const sh = (script: string, more: Partial<ToolCommand> = {}): ToolCommand => ({
  program: "sh",
  args: ["-c", script],
  ...more,
});

Deno.test("stdin, stdout, stderr and the exit code", async () => {
  const result = await exec(sh("cat; echo talk >&2; exit 3", { stdin: "data" }), { accept: [3] });
  equal(result, { code: 3, stdout: "data", stderr: "talk\n" });
});

Deno.test("a tool starts before all of its stdin is known", async () => {
  const { promise: more, resolve } = Promise.withResolvers<string>();
  const onLine = (line: string) => line === "started" && resolve("b");
  const { stdout } = await exec(sh("echo started; cat", { stdin: "a" }), { more, onLine });
  equal(stdout, "started\nab");
});

Deno.test("what never comes to be known ends the tool, which has not seen the end of stdin", async () => {
  const file = await Deno.makeTempFile();
  const { promise: more, reject } = Promise.withResolvers<string>();
  const onLine = () => reject(new Error("no more"));
  const run = exec(sh(`echo started; read -r all; echo end >${file}`, { stdin: "a" }), {
    more,
    onLine,
  });
  equal((await failure(() => run)).message, "no more");
  equal(await Deno.readTextFile(file), "");
  await Deno.remove(file);
});

Deno.test("a tool that has ended by itself meanwhile, with and without the rest", async () => {
  for (const known of [true, false]) {
    const { promise: more, resolve, reject } = Promise.withResolvers<string>();
    const run = exec(sh("echo no >&2; exit 3", { stdin: "a" }), { more });
    await new Promise((go) => setTimeout(go, 50));
    if (known) resolve("b");
    else reject(new Error("no more"));
    equal(
      (await failure(() => run)).message,
      known ? "`sh echo no >&2; exit 3` failed with exit code 3" : "no more",
    );
  }
});

Deno.test("a variable comes to those of our own", async () => {
  const env = { CUDA_VISIBLE_DEVICES: "1,3" };
  const { stdout } = await exec(sh('echo "$CUDA_VISIBLE_DEVICES" "${PATH:+and PATH}"', { env }));
  equal(stdout, "1,3 and PATH\n");
});

Deno.test("a variable that only makes it faster gives way to the user's own", async () => {
  const tuning = { GOGC: "off", GOMEMLIMIT: "512MiB" };
  Deno.env.set("GOGC", "50");
  Deno.env.delete("GOMEMLIMIT");
  try {
    const { stdout } = await exec(sh('echo "$GOGC" "$GOMEMLIMIT"', { tuning }));
    equal(stdout, "50 512MiB\n");
  } finally {
    Deno.env.delete("GOGC");
  }
});

Deno.test("a variable has the text of a file", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "two\nlines");
  const { stdout } = await exec(sh('echo "$TEXT"', { envFiles: { TEXT: file } }));
  await Deno.remove(file);
  equal(stdout, "two\nlines\n");
});

Deno.test("what cleans up after its children is left to do so when we are interrupted", async () => {
  const folder = await Deno.makeTempDir();
  const controller = new AbortController();
  const script = `touch ${folder}/begun; sleep 60; touch ${folder}/cleaned`;
  const run = exec(sh(script, { endsByChildren: true }), { signal: controller.signal });
  while (await Deno.stat(`${folder}/begun`).then(() => false, () => true)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  // The shell has begun its sleep by then.
  setTimeout(() => controller.abort(), 200);
  await failure(() => run);
  await Deno.stat(`${folder}/cleaned`);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("lines come as they are written, the last one without its end too", async () => {
  const lines: string[] = [];
  await exec(sh("printf 'a\\r\\nb\\nc'"), { onLine: (line) => lines.push(line) });
  equal(lines, ["a", "b", "c"]);
});

Deno.test("a failure tells the command, the last lines and the hint", async () => {
  const hint = (output: string) => output.includes("no such thing") ? "look elsewhere" : undefined;
  const error = await failure(() => exec(sh("echo no such thing >&2; exit 4", { hint })));
  if (!(error instanceof ToolError)) throw error;
  match(error.message, /exit code 4/);
  equal(error.details.output, "no such thing");
  equal(error.details.hint, "look elsewhere");
});

Deno.test("a tool that gives its reason on stdout is heard there", async () => {
  const reason = (stdout: string) => stdout.replace("and praise\n", "");
  const script = "echo the reason; echo and praise; echo it failed >&2; exit 1";
  const told = async (more: Partial<ToolCommand>) => {
    const error = await failure(() => exec(sh(script, more)));
    return error instanceof ToolError && error.details.output;
  };
  equal(await told({ reason }), "the reason");
  // What others print may be data, and a secret.
  equal([await told({}), await told({ reason: () => "" })], ["it failed", "it failed"]);
});

Deno.test("a missing program says what to install, or who named it", async () => {
  const hint = async () => {
    const error = await failure(() => exec({ program: "/nowhere/helm", args: [] }));
    if (!(error instanceof ToolError)) throw error;
    return error.details.hint ?? "";
  };
  const before = Deno.env.get("HELM_BIN");
  try {
    Deno.env.delete("HELM_BIN");
    match(await hint(), /install Helm/);
    Deno.env.set("HELM_BIN", "/nowhere/helm");
    match(await hint(), /`HELM_BIN` names it/);
  } finally {
    if (before === undefined) Deno.env.delete("HELM_BIN");
    else Deno.env.set("HELM_BIN", before);
  }
});

Deno.test("a tool that does not read its stdin is judged by its exit code", async () => {
  const stdin = "x".repeat(1 << 20);
  for (let i = 0; i < 20; i++) {
    equal((await exec(sh("exit 0", { stdin }))).code, 0);
    match((await failure(() => exec(sh("exec <&-; exit 5", { stdin })))).message, /exit code 5/);
  }
});

Deno.test("an interrupt ends the tool", async () => {
  const controller = new AbortController();
  const running = realExec(controller.signal, streams)(sh("exec sleep 60"));
  setTimeout(() => controller.abort(new Interrupted()), 100);
  equal((await failure(() => running)).name, "Interrupted");
});

Deno.test("what is shown goes to stderr", async () => {
  await exec(sh("echo one; echo two >&2"), { show: true });
  equal(shown.join("").includes("one"), true);
  equal(shown.join("").includes("two"), true);
});
