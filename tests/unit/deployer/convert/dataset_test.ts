import { printDataset } from "../../../../src/deployer/convert/dataset.ts";
import { planSampleShapes } from "../../../../src/plan/sample_shapes.ts";
import { equal } from "../../../support/assert.ts";
import { configFrom, type Flags } from "../../../support/settings.ts";

const inputs = ["image:-1,3,-1:float32", "label:-1:int64"];

function samples(flags: Flags) {
  const config = configFrom({ inputs, ...flags });
  return planSampleShapes(config, config.inputs!).map((sample) => Object.values(sample));
}

Deno.test("a model is tried on several batches and sizes", () => {
  const rows: readonly (readonly [Flags, readonly (readonly (readonly number[])[])[]])[] = [
    [{}, [[[1, 3, 8], [1]], [[2, 3, 8], [2]], [[3, 3, 8], [3]]]],
    [{ max_batch_size: "1" }, [[[1, 3, 8], [1]]]],
    [
      { min_shapes: "image=1,3,2", opt_shapes: "image=4,3,5", max_shapes: "image=8,3,9" },
      [[[1, 3, 5], [1]], [[2, 3, 9], [2]], [[3, 3, 2], [3]]],
    ],
    [
      { batching: "disabled", max_shapes: ["image=6,3,9", "label=6"] },
      [[[6, 3, 9], [6]]],
    ],
  ];
  for (const [flags, shapes] of rows) equal(samples(flags), shapes);
});

Deno.test("the dataset says what our scripts need", () => {
  const config = configFrom({
    inputs,
    outputs: ["scores:-1,4:float32", "best:-1:int64"],
    max_shapes: "image=2,3,9",
    max_batch_size: "2",
    value_ranges: ["label=0,9", "-1,1"],
    dtypes: "image=uint8",
    atol: ["best=0", "1e-3"],
    rtol: "scores=0.1",
    random_seed: "7",
  });
  const { inputs: specs, outputs } = config;
  equal(JSON.parse(printDataset(config, { inputs: specs!, outputs: outputs! })), {
    seed: 7,
    inputs: [{
      name: "image",
      shape: [-1, 3, -1],
      dtype: "float32",
      min: [1, 3, 1],
      max: [2, 3, 9],
      opt: [2, 3, 9],
      values: "integer",
      low: -1,
      high: 1,
    }, {
      name: "label",
      shape: [-1],
      dtype: "int64",
      min: [1],
      max: [2],
      opt: [2],
      values: "integer",
      low: 0,
      high: 9,
    }],
    outputs: [
      { name: "scores", shape: [-1, 4], dtype: "float32", atol: 1e-3, rtol: 0.1 },
      { name: "best", shape: [-1], dtype: "int64", atol: 0, rtol: 1e-5 },
    ],
    samples: [{ image: [1, 3, 9], label: [1] }, { image: [2, 3, 9], label: [2] }],
  });
});
