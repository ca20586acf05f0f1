import { forwardProblems } from "../../../src/triton/forward_problems.ts";
import type { Forward } from "../../../src/model/forward.ts";
import { equal, match } from "../../support/assert.ts";

const forward = (takes: string, returns = "Tensor"): Forward => ({
  takes: takes.split("; ").filter(Boolean).map((word) => {
    const [, name, type, given] = /^(\w+): ([^=]+)(=.*)?$/.exec(word)!;
    return { name: name!, type: type!, hasDefault: given !== undefined };
  }),
  returns,
});
const tensors = (count: number) =>
  Array.from(
    { length: count },
    (_, i) => ({ name: `t${i}`, shape: [-1], dtype: "float32" as const }),
  );

/** Takes, returns, inputs, outputs → what Triton and a conversion say; empty: nothing. */
const ROWS: [string, string, number | undefined, number | undefined, RegExp | "", RegExp | ""][] = [
  ["x: Tensor", "Tensor", 1, 1, "", ""],
  ["x: Tensor", "Tensor", undefined, undefined, "", ""],
  ["x: Tensor; s: Tensor", "Tuple[Tensor, Tensor]", 2, 2, "", ""],
  ["x: Tensor", "Tuple[List[str], Optional[Tensor]]", 1, 2, "", ""],
  ["x: Tensor", "__torch__.Result", 1, 3, "", ""],
  ["x: Tensor", "Optional[Tensor]", 1, 1, "", ""],
  ["x: List[str]", "List[str]", 1, 1, "", /takes `x: List/],
  ["x: Dict[str, Tensor]", "Tensor", 5, 1, "", /takes `x: Dict/],
  ["x: Dict[str, Tensor]", "Dict[str, Tensor]", 5, 1, /^its forward returns `Dict/, /takes `x: D/],
  ["x: Dict[str, Tensor]; y: Tensor", "Tensor", 2, 1, /takes `x: Dict/, /takes `x: Dict/],
  ["x: Tensor; sr: int", "Tensor", 2, 1, /takes `sr: int`, and Tri/, /takes `sr: int`, and the co/],
  ["x: Tensor; sr: int=1", "Tensor", 1, 1, /takes `sr: int`/, ""],
  ["x: Tensor; s: Optional[Tensor]", "Tensor", 2, 1, /takes `s: Optional\[Tensor\]`/, ""],
  ["x: Tensor; s: Optional[Tensor]=None", "Tensor", 1, 1, /takes `s: Optional\[Tensor\]`/, ""],
  ["x: List[Tensor]", "Tensor", 1, 1, /takes `x: List/, /takes `x: List/],
  ["x: Tensor; s: Tensor=c0", "Tensor", 1, 1, /^1 is given, but .* 2: `x: Tensor`, `s: T/, ""],
  ["x: Tensor", "Tensor", 2, 1, /^2 are given, but .* takes 1: `x: Tensor`/, /^2 are given/],
  ["", "Tensor", 1, 1, /^1 is given, but the model's forward takes none$/, /takes none$/],
  ["x: Tensor", "Tensor", 1, 2, /^2 are given, but .* returns one tensor/, ""],
  ["x: Tensor", "Dict[str, Tensor]", 1, 1, /returns `Dict\[str, Tensor\]`/, ""],
  ["x: Tensor", "List[Tensor]", 1, 1, /returns `List/, ""],
  ["x: Tensor", "Tuple[Tensor, Tuple[Tensor, Tensor]]", 1, 3, /returns `Tuple\[Tensor, Tuple/, ""],
  ["x: Tensor", "Tuple[Tensor, int]", 1, 2, /returns `Tuple\[Tensor, int\]`/, ""],
  ["x: Tensor", "float", 1, 1, /returns `float`/, ""],
  ["x: Tensor", "NoneType", 1, 1, /returns `NoneType`/, ""],
];

Deno.test("forward against the configuration, served and converted", () => {
  for (const [takes, returns, inputs, outputs, ...expected] of ROWS) {
    const signature = {
      inputs: inputs === undefined ? undefined : tensors(inputs),
      outputs: outputs === undefined ? undefined : tensors(outputs),
    };
    [true, false].forEach((isServed, i) => {
      const problems = forwardProblems(forward(takes, returns), signature, {
        file: "m.pt",
        isServed,
      });
      const said = problems.map(({ what }) => what).join("; ");
      if (expected[i] === "") equal(said, "", takes);
      else match(said, expected[i]!);
    });
  }
  equal(forwardProblems(undefined, { inputs: tensors(3) }, { file: "m.pt", isServed: true }), []);
});
