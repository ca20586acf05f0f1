import { parseManifests, withoutNulls } from "../../../src/review/manifest.ts";
import { equal, match } from "../../support/assert.ts";

const labelled = (value: string) =>
  `---\n# Source: m/templates/a.yaml\napiVersion: v1\nkind: Pod\nmetadata: {labels: {a: ${value}}}\n`;

Deno.test("scalars are read as Kubernetes reads them", () => {
  const rows: [string, unknown][] = [
    ["y", true],
    ["n", false],
    ["on", true],
    ['"on"', "on"],
    ["0777", 511],
    ["1_000", 1000],
    ["1e3", 1000],
    ["12:30", "12:30"],
    ["190:20:30", "190:20:30"],
    ["2026-01-01", "2026-01-01"],
    ["~", null],
  ];
  for (const [text, value] of rows) {
    const { objects, findings } = parseManifests(labelled(text));
    equal([text, objects[0]?.metadata?.labels?.a as unknown, findings], [text, value, []]);
  }
});

Deno.test("objects come with their template, comments and lists are no objects", () => {
  const text = `---
# Source: m/templates/empty.yaml
# nothing here
${labelled("b")}---
# Source: m/templates/list.yaml
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Secret}
  - {apiVersion: v1, kind: Service}
`;
  equal(parseManifests(text).objects.map(({ kind, file }) => `${file} ${kind}`), [
    "m/templates/a.yaml Pod",
    "m/templates/list.yaml Secret",
    "m/templates/list.yaml Service",
  ]);
});

Deno.test("what is no object is said", () => {
  const rows: [string, RegExp][] = [
    [labelled("1, a: 2"), /^a key stands twice/],
    [labelled("[1"), /^is no valid YAML/],
    ["---\n# Source: m/templates/a.yaml\nkind: Pod\n", /`apiVersion` and `kind` are missing/],
    ["---\n# Source: m/templates/a.yaml\ntext\n", /`apiVersion` and `kind` are missing/],
  ];
  for (const [text, message] of rows) {
    const { objects, findings } = parseManifests(text);
    equal([objects.length, findings.length, findings[0]?.file], [0, 1, "m/templates/a.yaml"]);
    match(findings[0]!.message, message);
  }
});

Deno.test("a null is a field that is not there", () => {
  equal(withoutNulls({ a: null, b: [{ c: null, d: 1 }] }), { b: [{ d: 1 }] } as never);
});
