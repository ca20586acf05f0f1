import type { KnownSignature } from "../../../src/model/tensor.ts";
import { conversionProblems } from "../../../src/plan/conversion_problems.ts";
import { planVariants } from "../../../src/plan/variant.ts";
import { equal } from "../../support/assert.ts";
import { byFlag, configFrom, type Flags } from "../../support/settings.ts";

function problems(flags: Flags, told?: KnownSignature): string[] {
  const config = configFrom(flags);
  const variant = planVariants(config, { where: byFlag }).variants[0]!;
  return conversionProblems(config, variant, told ?? config)
    .map(({ where, what, hint }) => `${where}: ${what}; ${hint}`);
}

const tensors: Flags = { inputs: "x:-1,-1:float32", outputs: "y:-1,4:float32" };
const torch: Flags = { model_path: "m.pt" };

Deno.test("what a conversion needs to know, by its steps", () => {
  const unread =
    "must be given: nobody can read them from a .pt file, and the exporter needs them; " +
    "give `--outputs NAME:SHAPE:DTYPE`, or the same keys in the configuration file; in a chart " +
    "deployer.outputs";
  const sizes = "max_shapes: TensorRT needs the largest size of every dynamic axis, and " +
    "`x:-1,-1:float32` has one besides the batch; give `--max-shapes x=N,N`";
  const rows: readonly (readonly [Flags, readonly string[]])[] = [
    [torch, []],
    [{ ...torch, ...tensors, target_formats: "onnx" }, []],
    [{ ...torch, inputs: tensors.inputs!, target_formats: "onnx" }, [`outputs: ${unread}`]],
    [{ ...torch, ...tensors, target_formats: "trt" }, [sizes]],
    [{ ...torch, ...tensors, target_formats: "torch-trt" }, [sizes]],
    [{ ...torch, ...tensors, target_formats: "trt", max_shapes: "x=1,9" }, []],
    [{ model_path: "m.savedmodel", target_formats: "onnx" }, []],
    [{ model_path: "m.savedmodel", ...tensors, target_formats: "tf-trt" }, [sizes]],
    [{ model_path: "m.onnx", target_formats: "trt" }, []],
    [{ model_path: "m.plan", ...tensors }, []],
  ];
  for (const [flags, expected] of rows) equal(problems(flags), expected);
});

Deno.test("what the user says of the data must fit the tensors that the file tells", () => {
  const told: KnownSignature = {
    inputs: [
      { name: "image", shape: [-1, 3], dtype: "float32" },
      { name: "label", shape: [-1], dtype: "int64" },
    ],
    outputs: [{ name: "scores", shape: [-1, 4], dtype: "float32" }],
  };
  const model = { model_path: "m.savedmodel", target_formats: "onnx" };
  const wrong = {
    value_ranges: "label=0.2,0.8",
    dtypes: "image=string",
  };
  equal(problems({ ...model, ...wrong }, told), [
    "dtypes: string does not fit the input `image`, which is float32; undefined",
    "value_ranges: 0.2,0.8 holds no whole number, which the input `label` needs; undefined",
  ]);
  equal(problems({ model_path: "m.savedmodel", ...wrong }, told), []);
});
