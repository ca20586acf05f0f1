import type { Config } from "../../../src/config/schema.ts";
import { fieldsFromJson } from "../../../src/triton/fields.ts";
import { measuredModel, NotServable } from "../../../src/triton/measured_options.ts";
import { planModelConfig, printModelConfig } from "../../../src/triton/model_config.ts";
import { parsePbtxt } from "../../../src/triton/parse_pbtxt.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import { configFrom } from "../../support/settings.ts";
import { fixture } from "../tester/stub_world.ts";

const read = (text: string, onCpu = false) => measuredModel(parsePbtxt(text), { onCpu });

/** What it says beyond a plain model with batches up to 8. */
const UNSET = {
  preferred_batch_sizes: undefined,
  max_queue_delay_us: undefined,
  engine_count_per_device: undefined,
  backend_accelerator: undefined,
  tensorrt_precision: undefined,
  tensorrt_capture_cuda_graph: false,
};
const PLAIN = { ...UNSET, max_batch_size: 8, batching: "static" };

const accelerator = (device: string, name: string, more = "") =>
  `optimization { execution_accelerators { ${device}_execution_accelerator [ { name: "${name}" ${more} } ] } }`;

const ROWS: readonly [pbtxt: string, options: object][] = [
  ["", {}],
  ["dynamic_batching { }", { batching: "dynamic" }],
  ["dynamic_batching { preferred_batch_size: [ 2, 4 ] }", {
    batching: "dynamic",
    preferred_batch_sizes: [2, 4],
  }],
  ["dynamic_batching { preferred_batch_size: 8 max_queue_delay_microseconds: 100 }", {
    batching: "dynamic",
    max_queue_delay_us: 100,
  }],
  ["instance_group { count: 2 kind: KIND_GPU }", { engine_count_per_device: { gpu: 2 } }],
  ["instance_group { count: 3 kind: KIND_CPU } instance_group { kind: KIND_GPU gpus: [0, 1] }", {
    engine_count_per_device: { cpu: 3, gpu: 1 },
  }],
  ["instance_group { count: 2 }", { engine_count_per_device: { gpu: 2 } }],
  [accelerator("gpu", "tensorrt", 'parameters { key: "precision_mode" value: "FP16" }'), {
    backend_accelerator: "trt",
    tensorrt_precision: "fp16",
  }],
  [
    accelerator("gpu", "tensorrt", 'parameters { key: "max_workspace_size_bytes" value: "99" }'),
    { backend_accelerator: "trt", tensorrt_max_workspace_size: 99 },
  ],
  [accelerator("gpu", "auto_mixed_precision"), { backend_accelerator: "amp" }],
  [accelerator("cpu", "openvino"), { backend_accelerator: "openvino" }],
  ["optimization { cuda { graphs: true } }", { tensorrt_capture_cuda_graph: true }],
];

for (const [text, options] of ROWS) {
  Deno.test(`measured: ${text || "nothing"}, and the same again in the config.pbtxt made of it`, () => {
    const { options: told, unsaid } = read(`max_batch_size: 8 ${text}`);
    equal(told, { ...PLAIN, ...options } as never);
    equal(unsaid, []);
    const config = { ...configFrom({ batching: "dynamic", max_queue_delay_us: "7" }), ...told };
    // Each accelerator has its backend.
    const format = told.tensorrt_capture_cuda_graph
      ? "trt"
      : told.backend_accelerator === "amp"
      ? "tf-savedmodel"
      : "onnx";
    const again = printModelConfig(planModelConfig({
      config: config as Config,
      format,
      signature: { inputs: undefined, outputs: undefined },
    }));
    const { tensorrt_max_workspace_size: _, ...rest } = read(again).options;
    const { tensorrt_max_workspace_size: size, ...expected } = told;
    equal(rest, expected);
    if (size !== undefined) match(again, /value: "99"/);
  });
}

Deno.test("measured: without batches, also with a batcher that has none", () => {
  for (const text of ["", "max_batch_size: 0 dynamic_batching {}"]) {
    equal(read(text).options, { ...UNSET, batching: "disabled" } as never);
  }
});

Deno.test("measured: instances of KIND_AUTO ran where the table says", () => {
  const { options } = read("max_batch_size: 8 instance_group { count: 2 }", true);
  equal(options.engine_count_per_device, { cpu: 2 });
});

Deno.test("measured: a server's own answer says nothing beyond what it fills in", () => {
  const json = JSON.parse(fixture("config.json"));
  equal(measuredModel(fieldsFromJson(json), { onCpu: false }), {
    backend: "onnxruntime",
    options: {
      ...PLAIN,
      max_batch_size: 16,
      batching: "dynamic",
      engine_count_per_device: { cpu: 1 },
    },
    unsaid: [],
  } as never);
});

Deno.test("measured: what no option says is told", () => {
  const rows: [text: string, unsaid: string[]][] = [
    ["dynamic_batching { preserve_ordering: true }", ["dynamic_batching.preserve_ordering"]],
    ["response_cache { enable: true }", ["response_cache.enable"]],
    ['parameters { key: "threads" value: { string_value: "4" } }', ["parameters.threads"]],
    [accelerator("gpu", "tensorrt", 'parameters { key: "x" value: "1" }'), ["parameters.x"]],
    ["optimization { input_pinned_memory { enable: false } priority: PRIORITY_MAX }", [
      "optimization.input_pinned_memory",
      "optimization.priority",
    ]],
    ['version_policy { latest { num_versions: 1 } } metric_tags { key: "a" value: "b" }', []],
  ];
  for (const [text, unsaid] of rows) equal(read(`max_batch_size: 8 ${text}`).unsaid, unsaid, text);
});

Deno.test("measured: what no chart can serve", async () => {
  const rows: [text: string, reason: RegExp][] = [
    ['platform: "ensemble" ensemble_scheduling { step {} }', /ensemble_scheduling/],
    ["sequence_batching { }", /sequence_batching/],
    ['backend: "python"', /served by python/],
    ["instance_group { kind: KIND_MODEL }", /KIND_MODEL/],
    [
      "instance_group { gpus: 0 kind: KIND_GPU } instance_group { gpus: 1 count: 2 kind: KIND_GPU }",
      /not the same on each GPU/,
    ],
    [accelerator("gpu", "other"), /the accelerator other/],
  ];
  for (const [text, reason] of rows) {
    const error = await failure(() => read(text));
    ok(error instanceof NotServable, text);
    match(error.message, reason);
  }
});
