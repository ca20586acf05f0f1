import type { Config } from "../../../src/config/schema.ts";
import type { TensorSpec } from "../../../src/model/tensor.ts";
import { planModelConfig, printModelConfig } from "../../../src/triton/model_config.ts";
import { equal } from "../../support/assert.ts";

const tensor = (...shape: number[]): TensorSpec => ({ name: "t", shape, dtype: "float32" });
const config = (given: Partial<Config> = {}) =>
  ({
    model_name: "m",
    model_version: 1,
    max_batch_size: 8,
    batching: "static",
    ...given,
  }) as Config;
const plan = (given: Partial<Config> = {}, inputs: TensorSpec[] = []) =>
  planModelConfig({ config: config(given), format: "onnx", signature: { inputs } });

Deno.test("model configuration: backend, platform and file name of each format", () => {
  const rows = [
    ["onnx", { backend: "onnxruntime" }, "model.onnx"],
    ["torchscript", { backend: "pytorch" }, "model.pt"],
    ["torch-trt", { backend: "pytorch" }, "model.pt"],
    ["tf-savedmodel", { backend: "tensorflow" }, "model.savedmodel"],
    ["tf-trt", { backend: "tensorflow" }, "model.savedmodel"],
    ["trt", { platform: "tensorrt_plan" }, "model.plan"],
  ] as const;
  for (const [format, server, filename] of rows) {
    const model = planModelConfig({ config: config(), format, signature: {} });
    equal([model.server, model.filename], [server, filename]);
  }
});

Deno.test("model configuration: dims with and without batching", () => {
  const rows: [Partial<Config>, number[], number[], number[] | undefined, number][] = [
    [{}, [-1, 3, -1], [3, -1], undefined, 8],
    [{}, [-1], [1], [], 8],
    [{ batching: "disabled" }, [-1, 3], [-1, 3], undefined, 0],
    [{ batching: "disabled" }, [], [1], undefined, 0],
  ];
  for (const [given, shape, dims, reshape, maxBatchSize] of rows) {
    const model = plan(given, [tensor(...shape)]);
    equal(
      [model.inputs[0]!.dims, model.inputs[0]!.reshape, model.maxBatchSize],
      [dims, reshape, maxBatchSize],
    );
  }
});

Deno.test("model configuration: dynamic batching", () => {
  const rows: [Partial<Config>, unknown][] = [
    [{ batching: "static", max_queue_delay_us: 5 }, undefined],
    [{ batching: "dynamic" }, { preferredBatchSizes: [], maxQueueDelayUs: undefined }],
    [{ batching: "dynamic", max_queue_delay_us: 5 }, {
      preferredBatchSizes: [8],
      maxQueueDelayUs: 5,
    }],
    [{ batching: "dynamic", max_queue_delay_us: 5, preferred_batch_sizes: [2, 4] }, {
      preferredBatchSizes: [2, 4],
      maxQueueDelayUs: 5,
    }],
  ];
  for (const [given, expected] of rows) equal(plan(given).dynamicBatching, expected);
});

Deno.test("model configuration: an instance group for each kind with a count", () => {
  const rows: [Config["engine_count_per_device"], unknown][] = [
    [undefined, []],
    [{ gpu: 2, cpu: 0 }, [{ kind: "KIND_GPU", count: 2 }]],
    [{ cpu: 1 }, [{ kind: "KIND_CPU", count: 1 }]],
    [{ cpu: 1, gpu: 3 }, [{ kind: "KIND_GPU", count: 3 }, { kind: "KIND_CPU", count: 1 }]],
  ];
  for (const [engine_count_per_device, expected] of rows) {
    const model = plan({ engine_count_per_device } as Partial<Config>);
    equal(model.instanceGroups, expected);
  }
});

Deno.test("model configuration: as text", () => {
  const given = { batching: "dynamic", model_version: 3, engine_count_per_device: { gpu: 1 } };
  equal(
    printModelConfig(plan(given as Partial<Config>, [tensor(-1)])),
    `name: "m"
backend: "onnxruntime"
max_batch_size: 8
input {
  name: "t"
  data_type: TYPE_FP32
  dims: [1]
  reshape {
    shape: []
  }
}
version_policy {
  specific {
    versions: [3]
  }
}
instance_group {
  count: 1
  kind: KIND_GPU
}
dynamic_batching {}
default_model_filename: "model.onnx"
`,
  );
});
