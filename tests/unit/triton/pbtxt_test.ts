import { printPbtxt, symbol } from "../../../src/triton/pbtxt.ts";
import { equal } from "../../support/assert.ts";

Deno.test("pbtxt: scalars, lists, messages; what is undefined is left out", () => {
  const text = printPbtxt([
    ["name", "m"],
    ["count", 3],
    ["flag", true],
    ["kind", symbol("KIND_GPU")],
    ["dims", { list: [-1, 3] }],
    ["none", { list: [] }],
    ["gone", undefined],
    ["block", { message: [["inner", { message: [] }]] }],
    ["row", { messages: [[["a", 1]], [["a", 2]]] }],
  ]);
  equal(
    text,
    `name: "m"
count: 3
flag: true
kind: KIND_GPU
dims: [-1, 3]
none: []
block {
  inner {}
}
row {
  a: 1
}
row {
  a: 2
}
`,
  );
});

Deno.test("pbtxt: strings are escaped as C does", () => {
  const rows: [string, string][] = [
    ['a"b\\c', '"a\\"b\\\\c"'],
    ["line\nbreak\ttab\r", '"line\\nbreak\\ttab\\r"'],
    ["\u0000\u007f", '"\\000\\177"'],
    ["é😀", '"\\303\\251\\360\\237\\230\\200"'],
    ["it's", '"it\'s"'],
  ];
  for (const [value, expected] of rows) {
    equal(printPbtxt([["s", value]]), `s: ${expected}\n`);
  }
});
