import { deploy } from "../../../src/commands/deploy.ts";
import { deployOptions } from "../../../src/commands/options.ts";
import { jsonStreams } from "../../../src/deployer/json_lines.ts";
import { stepProgress } from "../../../src/deployer/progress.ts";
import { Interrupted } from "../../../src/errors.ts";
import { equal, match, ok } from "../../support/assert.ts";
import { fakeWorld, inFolder } from "../../support/fake_world.ts";
import { smallOnnx } from "../../support/onnx.ts";
import { type Flags, givenFlags, settingsFrom } from "../../support/settings.ts";

interface Run {
  /** All that is on stdout. */
  readonly lines: readonly Record<string, unknown>[];
  readonly error: Error | undefined;
}

async function deployed(flags: Flags, signal?: AbortSignal): Promise<Run> {
  const given = givenFlags(deployOptions, {
    model_name: "m",
    model_repository: "models",
    output: "json",
    ...flags,
  });
  const { settings, where } = settingsFrom(deployOptions, [given]);
  const world = fakeWorld(signal ? { signal } : {});
  let error: Error | undefined;
  await deploy({ settings, words: [], rest: [], where }, world).catch((thrown) => error = thrown);
  equal(world.stderr, [], "words between the lines");
  ok(world.stdout.every((line) => !line.includes("\n")));
  return { lines: world.stdout.map((line) => JSON.parse(line)), error };
}

Deno.test("deploy --output json: messages, and what was placed as the last line", () =>
  inFolder(async (folder) => {
    await Deno.writeFile("m.onnx", smallOnnx());
    const { size } = await Deno.stat("m.onnx");
    const uri = `file://${folder}/m.onnx`;
    const { lines } = await deployed({ model_uri: uri });
    const steps = ["fetch", "fetch", "configure", "place"];
    equal(
      lines.slice(0, -1).map(({ type, step }) => [type, step]),
      steps.map((s) => ["message", s]),
    );
    equal(lines[0]!.message, `fetch ${uri}`);
    for (const { time } of lines) match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const { time: _, sha256, ...result } = lines.at(-1)!;
    match(String(sha256), /^[0-9a-f]{64}$/);
    const expected = {
      type: "result",
      path: await Deno.realPath("models/m"),
      unchanged: false,
      model: "m",
      modelVersion: 1,
      format: "onnx",
      source: uri,
      size,
      validator: null,
    };
    equal(result, expected);
    const again = await deployed({ model_uri: uri });
    equal(again.lines.at(-1), { ...lines.at(-1), unchanged: true, time: again.lines.at(-1)!.time });
  }));

Deno.test("deploy --output json: the reason of a failure is the last line, without secrets", () =>
  inFolder(async (folder) => {
    const missing = await deployed({ model_uri: `${folder}/m.onnx` });
    const { time: _, ...last } = missing.lines.at(-1)!;
    const reason = `--model-uri: \`${folder}/m.onnx\` is not there\nhint: check the path`;
    equal(last, { type: "failure", reason });
    const signed = await deployed({ model_uri: "https://u:secret@h/m.onnx?sig=secret" });
    equal(signed.lines.at(-1)!.type, "failure");
    ok(!JSON.stringify(signed.lines).includes("secret"), JSON.stringify(signed.lines));
    await Deno.writeFile("m.onnx", smallOnnx());
    const ended = await deployed(
      { model_uri: `${folder}/m.onnx` },
      AbortSignal.abort(new Interrupted()),
    );
    ok(ended.error instanceof Interrupted);
    equal(ended.lines.at(-1)!.reason, "interrupted");
  }));

Deno.test("progress as data: bytes, total and rate", async () => {
  const lines: unknown[] = [];
  const world = fakeWorld();
  const out = (text: string) => lines.push(JSON.parse(text));
  const said = { ...world, streams: { ...world.streams, terminal: true, out } };
  const streams = jsonStreams(said);
  const progress = stepProgress("fetch", { ...said, streams });
  progress.report(1_000_000, 4_000_000);
  await world.sleep(10_000);
  progress.report(2_000_000, 4_000_000);
  await world.sleep(10_000);
  progress.report(3_000_000, undefined);
  progress.end();
  equal(lines, [
    {
      time: "1970-01-01T00:00:10.000Z",
      type: "progress",
      step: "fetch",
      bytes: 2_000_000,
      total: 4_000_000,
      rate: 200_000,
    },
    {
      time: "1970-01-01T00:00:20.000Z",
      type: "progress",
      step: "fetch",
      bytes: 3_000_000,
      rate: 100_000,
    },
  ]);
});
