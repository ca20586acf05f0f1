import { saidPaths } from "../../../src/triton/fields.ts";
import { parsePbtxt } from "../../../src/triton/parse_pbtxt.ts";
import { PbtxtError } from "../../../src/triton/pbtxt_tokens.ts";
import { printPbtxt, symbol } from "../../../src/triton/pbtxt.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";

Deno.test("pbtxt: everything that protobuf's text format allows is read", () => {
  const rows: [text: string, value: unknown][] = [
    ["a: \"x\" 'y\\303\\251\\x41\\u00e9\\n'", ["xyéAé\n"]],
    ["a: 1 a: 2, a: 3; a: [4, 5]", [1, 2, 3, 4, 5]],
    ["a: [] # nothing", []],
    ["a: 0x1F a: 010 a: -3 a: 1.5f a: 1e3 a: .5", [31, 8, -3, 1.5, 1000, 0.5]],
    ["a: true a: false a: KIND_GPU a: -inf a: nan", [true, false, "KIND_GPU", "-inf", "nan"]],
    [
      "a { b: 1 } a < b: 2 > a: { b: 3 } a [ { b: 4 }, { b: 5 } ]",
      [1, 2, 3, 4, 5].map((b) => new Map([["b", [b]]])),
    ],
    ["a { [com.example/x.y]: 1 }", [new Map([["[com.example/x.y]", [1]]])]],
  ];
  for (const [text, value] of rows) equal(parsePbtxt(text).get("a"), value as never, text);
});

Deno.test("pbtxt: what is printed is read again", () => {
  const text = printPbtxt([
    ["name", 'é"\\\n'],
    ["dims", { list: [-1, 3] }],
    ["kind", symbol("KIND_CPU")],
    ["graphs", true],
    ["inner", { message: [["count", 2]] }],
  ]);
  equal(
    parsePbtxt(text),
    new Map<string, never[]>(Object.entries({
      name: ['é"\\\n'],
      dims: [-1, 3],
      kind: ["KIND_CPU"],
      graphs: [true],
      inner: [new Map([["count", [2]]])],
    }) as never),
  );
});

Deno.test("pbtxt: what cannot be read is told by its line", async () => {
  const rows: [text: string, line: number, what: RegExp][] = [
    ["a", 1, /`:` or `\{` must follow a field, not the end/],
    ["a: 1\nb:", 2, /a value must stand here, not the end/],
    ["a {\n  b: 1\n", 3, /a field's name must stand here, not the end/],
    ["a: [1,\n2", 2, /a list must end in `\]`/],
    ["}", 1, /not `\}`/],
    ['\n\na: "x\n"', 3, /cannot be read/],
    ["a: 1 \0", 1, /cannot be read/],
    ["[a", 1, /must end in `\]`/],
    ["a{".repeat(100_000), 1, /nested too deeply/],
  ];
  for (const [text, line, what] of rows) {
    const error = await failure(() => parsePbtxt(text));
    ok(error instanceof PbtxtError, text);
    equal(error.line, line, text);
    match(error.message, what);
  }
});

Deno.test("pbtxt: the paths of what is said leave out defaults", () => {
  const fields = parsePbtxt('a: 0 b: "" c { d: false e { f: 3 } } g: [0, 1]');
  equal(saidPaths(fields), ["c.e.f", "g"]);
});
