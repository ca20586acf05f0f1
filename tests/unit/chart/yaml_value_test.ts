import { parse } from "yaml";
import { yamlValue } from "../../../src/chart/yaml_value.ts";
import { equal, failure } from "../../support/assert.ts";

const NAUGHTY = [
  "",
  " ",
  "~",
  "null",
  "yes",
  "No",
  "on",
  "y",
  "0x1f",
  "1e3",
  "1_000",
  "12:30:00",
  "2026-01-01",
  ".inf",
  "-.NaN",
  "1.10",
  "a: b",
  "a #b",
  "- a",
  "{{ x }}",
  "[a",
  "&a",
  "*a",
  "!a",
  "%a",
  "@a",
  "`a",
  "'a",
  '"a',
  "a\\nb",
  "a\u0085b",
  "a\u2028b",
  "\ufeffa",
  "a\u007fb",
  "ünï",
  "🦀",
  "a\ud800b",
  "<%= x %>",
  "---",
  "...",
  "=",
  "<<",
  "nvcr.io/nvidia/x:22.07-py3",
  "true",
];

Deno.test("every text comes back as the same text, in YAML 1.1 and 1.2", () => {
  for (const text of NAUGHTY) {
    for (const version of ["1.1", "1.2"] as const) {
      equal(
        parse(`key: ${yamlValue(text)}\nnext: 1\n`, { version }),
        { key: text, next: 1 },
        JSON.stringify(text),
      );
      equal(parse(`key: ${yamlValue({ [text]: [text] })}\n`, { version }), {
        key: { [text]: [text] },
      }, JSON.stringify(text));
    }
  }
});

Deno.test("numbers, booleans and nothing", () => {
  equal([4294967296, -1, 0.5, true, null, []].map(yamlValue), [
    "4294967296",
    "-1",
    "0.5",
    "true",
    "null",
    "[]",
  ]);
});

Deno.test("a missing field is a failure and never the text undefined", async () => {
  equal((await failure(() => yamlValue(undefined))).name, "TypeError");
});
