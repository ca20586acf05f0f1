/** compare_models.py on pairs of small real models: which pair of values is the worst, and what passes. */

import { equal } from "../support/assert.ts";
import { part, ROOT, runProgram } from "../support/program.ts";

/** Writes original.onnx, which gives its input back, and converted.onnx, which does something to it. */
const MAKER = `
import sys, numpy, onnx
from onnx import helper, numpy_helper
folder, dtype, operator, operand = sys.argv[1:]
number = {"float32": 1, "int64": 7, "string": 8}[dtype]
def save(name, nodes, constants=()):
    tensors = [helper.make_tensor_value_info(one, number, ["batch", 3]) for one in ("x", "y")]
    graph = helper.make_graph(nodes, "graph", tensors[:1], tensors[1:], list(constants))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, f"{folder}/{name}.onnx")
save("original", [helper.make_node("Identity", ["x"], ["y"])])
if operator == "Identity":
    save("converted", [helper.make_node("Identity", ["x"], ["y"])])
else:
    constant = numpy_helper.from_array(numpy.array(eval(operand), dtype), "c")
    axes = {"axis": 0} if operator == "Concat" else {}
    save("converted", [helper.make_node(operator, ["x", "c"], ["y"], **axes)], [constant])
`;

interface Row {
  readonly dtype?: string;
  /** What the converted model does, and with which constant. */
  readonly operator: string;
  readonly operand?: string;
  readonly atol?: number;
  readonly rtol?: number;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly found: Readonly<Record<string, unknown>>;
}

const rows: Readonly<Record<string, Row>> = {
  "the same": { operator: "Identity", found: { within: true, difference: "0" } },
  "one value off, within the tolerance": {
    operator: "Add",
    operand: "[0, 0.25, 0]",
    atol: 0.3,
    found: { within: true, index: [0, 1], difference: "0.25" },
  },
  "one value off, beyond it": {
    operator: "Add",
    operand: "[0, 0.25, 0]",
    atol: 0.2,
    found: { within: false, index: [0, 1], difference: "0.25", needed: 0.25 },
  },
  "relative to the original": {
    operator: "Mul",
    operand: "[1, 1, 1.5]",
    rtol: 0.5,
    found: { within: true, index: [0, 2] },
  },
  "not a number": {
    operator: "Mul",
    operand: "[1, float('nan'), 1]",
    atol: 1e9,
    found: { within: false, index: [0, 1], actual: "nan", needed: null },
  },
  "infinite": {
    operator: "Div",
    operand: "[1, 1, 0]",
    atol: 1e9,
    found: { within: false, index: [0, 2], actual: "inf", needed: null },
  },
  "integers": {
    dtype: "int64",
    operator: "Add",
    operand: "[0, 0, 2]",
    values: { values: "integer", low: 5, high: 5 },
    found: { within: false, index: [0, 2], expected: "5", actual: "7", needed: 2 },
  },
  "texts": {
    dtype: "string",
    operator: "Identity",
    values: { values: "letters" },
    found: { within: true, difference: "0" },
  },
  "another shape": {
    operator: "Concat",
    operand: "[[0, 0, 0]]",
    found: { within: false, shapes: [[2, 3], [3, 3]] },
  },
};

async function python(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runProgram(part("NAVIGATOR_PYTHON"), args);
  equal(code, 0, stderr);
  return stdout;
}

async function inFolder(dataset: unknown, deed: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of ["compare_models.py", "samples.py"]) {
      await Deno.copyFile(`${ROOT}templates/converters/${name}`, `${folder}/${name}`);
    }
    await Deno.writeTextFile(`${folder}/dataset.json`, JSON.stringify(dataset));
    await deed(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the worst pair of values is found and judged", async (t) => {
  for (const [name, row] of Object.entries(rows)) {
    const { dtype = "float32", operator, operand = "0", atol = 0, rtol = 0, values, found } = row;
    const tensor = { name: "x", shape: [-1, 3], dtype };
    const dataset = {
      seed: 1,
      inputs: [{ ...tensor, values: "float", low: 1, high: 1, ...values }],
      outputs: [{ ...tensor, name: "y", atol, rtol }],
      samples: [{ x: [2, 3] }],
    };
    await t.step(name, () =>
      inFolder(dataset, async (folder) => {
        await python("-c", MAKER, folder, dtype, operator, operand);
        const models = ["onnx", `${folder}/original.onnx`, "onnx", `${folder}/converted.onnx`];
        const said = JSON.parse(await python(`${folder}/compare_models.py`, ...models));
        equal(
          Object.fromEntries(Object.keys(found).map((key) => [key, said[key]])),
          found as Record<string, unknown>,
          JSON.stringify(said),
        );
      }));
  }
});

Deno.test("a module that is not there is named", () =>
  inFolder({ seed: 1, inputs: [], outputs: [], samples: [] }, async (folder) => {
    const args = [`${folder}/compare_models.py`, "torchscript", "m.pt", "onnx", "m.onnx"];
    equal(JSON.parse(await python(...args)), { missing: "torch" });
  }));
