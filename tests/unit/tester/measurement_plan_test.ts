import { ToolError } from "../../../src/errors.ts";
import { planMeasurements, type Wanted } from "../../../src/tester/measurement_plan.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";

const served = (maxBatchSize: number, dynamicBatching = false) => ({
  serverVersion: "2.51.0",
  platform: "onnxruntime_onnx",
  instances: [],
  configuration: {},
  maxBatchSize,
  dynamicBatching,
  inputs: [],
});
const print = (wanted: Wanted, maxBatchSize: number, dynamic = false) =>
  planMeasurements(wanted, served(maxBatchSize, dynamic))
    .map(({ batch, concurrency }) => `${batch}x${concurrency}`).join(" ");

Deno.test("what the user leaves out follows from the server's batching", () => {
  for (
    const [wanted, max, dynamic, expected] of [
      [{}, 0, false, "1x1"],
      [{}, 1, false, "1x1"],
      [{}, 8, false, "1x1 2x1 4x1 8x1"],
      [{}, 12, false, "1x1 2x1 4x1 8x1 12x1"],
      [{}, 4, true, "1x1 1x2 1x4 1x8"],
      [{}, 128, true, "1x1 1x2 1x4 1x8 1x16 1x32 1x64"],
      [{ batch_sizes: [16] }, 40, true, "16x1 16x2 16x4 16x6"],
      [{ concurrency: [3] }, 4, true, "1x3"],
      [{ concurrency: [1, 2] }, 2, false, "1x1 1x2 2x1 2x2"],
      [{ batch_sizes: [4, 2, 4], concurrency: [2] }, 4, true, "4x2 2x2"],
      [{ batch_sizes: [], concurrency: [] }, 2, false, "1x1 2x1"],
    ] as const
  ) equal(print(wanted, max, dynamic), expected);
});

Deno.test("a batch above the server's maximum is refused with both numbers", async () => {
  const error = await failure(() => print({ batch_sizes: [4, 17] }, 16));
  ok(error instanceof ToolError);
  match(error.message, /17.*max_batch_size is 16/);
  match((await failure(() => print({ batch_sizes: [2] }, 0))).message, /2.*max_batch_size is 0/);
});
