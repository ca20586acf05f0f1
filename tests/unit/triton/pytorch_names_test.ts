import type { TensorSpec } from "../../../src/model/tensor.ts";
import { inModelOrder, numberProblems } from "../../../src/triton/pytorch_names.ts";
import { equal } from "../../support/assert.ts";

const tensors = (text: string): TensorSpec[] =>
  text.split(" ").map((name) => ({ name, shape: [-1], dtype: "float32" }));

Deno.test("numbers in all names are places, otherwise the order counts", () => {
  const rows = [
    ["b__1 a__0", "a__0 b__1"],
    ["x__10 x__9", "x__9 x__10"],
    ["b__1 a", "b__1 a"],
    ["b__one a__0", "b__one a__0"],
    ["b__1 a__x__0", "b__1 a__x__0"],
    ["image label", "image label"],
  ] as const;
  for (const [given, ordered] of rows) {
    const { inputs, outputs } = inModelOrder({ inputs: tensors(given), outputs: tensors(given) });
    equal(inputs.map(({ name }) => name).join(" "), ordered);
    equal(outputs, inputs);
  }
});

Deno.test("numbers that no model can have", () => {
  const problems = (inputs: string, outputs: string) =>
    numberProblems({ inputs: tensors(inputs), outputs: tensors(outputs) })
      .map(({ where, what }) => `${where}: ${what}`);
  equal(problems("a__1 b__0", "y__3"), []);
  equal(problems("a b__7", "y z__9"), []);
  const taken = "Triton takes the number after `__` for the tensor's place, and";
  equal(problems("a__1 b__2", "y__1 z__1"), [
    `inputs: ${taken} \`a__1\`, \`b__2\` are not 0 to 1`,
    `outputs: ${taken} \`y__1\`, \`z__1\` share a number`,
  ]);
  equal(problems("a__0 b__0", "y"), [`inputs: ${taken} \`a__0\`, \`b__0\` are not 0 to 1`]);
});
