import { parseArgv, takeFlags } from "../../../src/cli/argv.ts";
import { createOptions } from "../../../src/commands/options.ts";
import { run } from "../../../src/cli/run.ts";
import { targetOptions } from "../../../src/config/cluster_options.ts";
import { fakeWorld } from "../../support/fake_world.ts";
import { equal } from "../../support/assert.ts";

function flags(line: string): Record<string, readonly string[]> {
  const parsed = parseArgv(createOptions, line.split(" ").filter(Boolean));
  equal(parsed.problems, []);
  return Object.fromEntries(parsed.flags.map(({ key, words }) => [key, words]));
}

Deno.test("lists: in a row, repeated, and with an equals sign", () => {
  const formats = { target_formats: ["onnx", "trt"] };
  equal(flags("--target-formats onnx trt"), formats);
  equal(flags("--target-formats onnx --target-formats trt"), formats);
  equal(flags("--target-formats=onnx --target-formats=trt"), formats);
  equal(flags("--target-formats=onnx trt"), formats);
});

Deno.test("a value may begin with a minus sign", () => {
  equal(flags("--value-ranges x=0,255 -1.0,1.0"), { value_ranges: ["x=0,255", "-1.0,1.0"] });
  equal(flags("--value-ranges -1.0,1.0 x=0,255"), { value_ranges: ["-1.0,1.0", "x=0,255"] });
  equal(flags("--max-batch-size -5"), { max_batch_size: ["-5"] });
});

Deno.test("booleans: bare, negated, and with a value", () => {
  equal(flags("--no-lint"), { no_lint: ["true"] });
  equal(flags("--no-verbose"), { verbose: ["false"] });
  equal(flags("-v"), { verbose: ["true"] });
  equal(flags("--verbose=false"), { verbose: ["false"] });
});

Deno.test("of what stands after --, Helm's global flags are ours too", () => {
  const words = ["--set", "a=b", "-n", "prod", "--kube-context=c", "--wait"];
  equal(takeFlags(targetOptions, words), {
    taken: ["-n", "prod", "--kube-context=c"],
    left: ["--set", "a=b", "--wait"],
  });
});

Deno.test("global flags may stand before the verb, and --debug is --verbose", async () => {
  const seen = async (...words: string[]) => {
    const world = fakeWorld({ tools: [{ starts: "helm status r", fails: "no" }] });
    await run(words, world);
    return [world.commands[0], world.stderr[0]];
  };
  for (
    const words of [
      ["--namespace", "x", "--debug", "status", "r"],
      ["--debug", "-n", "x", "status", "r"],
      ["--verbose", "status", "r", "--namespace=x"],
    ]
  ) {
    const line = "helm status r --output json --namespace x";
    equal(await seen(...words), [line, `+ ${line}`]);
  }
});

Deno.test("all problems at once", () => {
  const { problems } = parseArgv(createOptions, [
    "--modle-name",
    "x",
    "--model-path",
    "--model_name",
    "y",
  ]);
  equal(problems, [
    { where: "--modle-name", what: "no such flag", hint: "did you mean `--model-name`?" },
    { where: "--model-path", what: "needs a value: --model-path PATH" },
    { where: "--model_name", what: "no such flag", hint: "did you mean `--model-name`?" },
  ]);
});

Deno.test("no verb claims a flag that Helm takes away, but for Helm's own meaning", async () => {
  const { VERBS } = await import("../../../src/commands/mod.ts");
  const helms = [
    "debug",
    "burst_limit",
    "qps",
    "registry_config",
    "repository_cache",
    "repository_config",
    "content_cache",
  ];
  for (const verb of VERBS) {
    for (const [key, option] of Object.entries(verb.options)) {
      if (helms.includes(key)) throw new Error(`${verb.name} claims --${key}`);
      if (option.short === "n") equal(key, "namespace");
    }
  }
});
