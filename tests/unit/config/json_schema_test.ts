import { Ajv } from "ajv";
import { parse } from "yaml";
import { fileSchema, valueSchema } from "../../../src/config/json_schema.ts";
import { parseWords } from "../../../src/config/microsyntax.ts";
import { loadSettings } from "../../../src/config/load.ts";
import { defaultText, type Option, type Options } from "../../../src/config/option.ts";
import { configOptions } from "../../../src/config/schema.ts";
import { fromYaml } from "../../../src/config/yaml_source.ts";
import { equal } from "../../support/assert.ts";

const schema = fileSchema(configOptions);
// Strict: a keyword that draft-07 does not know is an error.
const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

function isRead(yaml: string): boolean {
  const sources = [fromYaml(configOptions, "n.yaml", yaml)];
  return loadSettings({ options: configOptions, sources }).problems.length === 0;
}

/** What an editor says is what the program says. */
function agree(yaml: string, good: boolean): void {
  equal(
    { editor: isValid(parse(yaml)), program: isRead(yaml) },
    { editor: good, program: good },
    yaml,
  );
}

Deno.test("every form that the program reads is valid in an editor", () => {
  const files = [
    "model_name: a",
    "max_batch_size: 64",
    "measurement_seconds: 0.5",
    "batching: static",
    // The editor sees the number 22.1.
    "container_version: 22.10",
    "model_name: 007",
    "target_formats: onnx",
    "target_formats: onnx trt",
    "target_formats: [onnx, trt]",
    "gpus: all",
    "gpus: 0",
    "gpus: 0 1",
    "gpus: [0, '1']",
    "batch_sizes: 1",
    "batch_sizes: 1 2",
    "batch_sizes: [1, 2]",
    "batch_sizes: ['1', '2']",
    "inputs: x:0:-1,3:int8 y::float32",
    "inputs: ['x:0:-1,3:int8', 'y y:-1:float32']",
    "inputs: [{name: 'x:0', shape: [-1, 3], dtype: int8}]",
    "inputs: {'x:0': {shape: [-1, 3], dtype: int8}, y: {shape: [], dtype: float32}}",
    "inputs: {'x:0': '-1,3:int8', y: ':float32'}",
    "tensorrt_sparse_weights: True",
    "model_uri: s3://bucket/m.onnx",
    "model_uri: /mnt/model/m.onnx",
    "max_shapes: x=1,3 y=1",
    "max_shapes: ['x=1,3', y y=1]",
    "max_shapes: {x: [1, 3], y: 1, z: '1,3'}",
    "value_ranges: x=0,255 -1.0,1.0",
    "value_ranges: -1,1e3",
    "value_ranges: ['x=0,255', '-.5,1.0']",
    "value_ranges: {x: [0, 255], y: '0,1', '': [-1, 1]}",
    "dtypes: x=int64 float32",
    "dtypes: float32",
    "dtypes: [x=int64, float32]",
    "dtypes: {x: int64, '': float32}",
    "engine_count_per_device: gpu=2 cpu=1",
    "engine_count_per_device: [gpu=2]",
    "engine_count_per_device: {gpu: 2, cpu: '1'}",
    "atol: 1e-5",
    "atol: out=1e-4 1e-5",
    "atol: [1e-5, out=1e-4]",
    "atol: {out: 1e-4, '': 1e-5}",
    "threshold: p99:max=20ms throughput:min=500 errors:max=0",
    "threshold: p50:max=1.5",
    "threshold: ['p99:max=20ms', 'avg:max=.5s']",
    "objective: perf_throughput=10 perf_latency_p99",
    "objective: [perf_throughput, perf_latency_p99=.5]",
    "objectives: {perf_throughput: 10, perf_latency_p99: '5'}",
    "objectives:\n- perf_throughput\n- gpu_used_memory",
    "constraint: perf_latency_p99:max=20 perf_throughput:min=1e3",
    "constraint: ['perf_latency_p99:max=20']",
    "constraints: {perf_latency_p99: {max: 20}, gpu_used_memory: {min: 1, max: 2000.5}}",
    "constraints:\n- perf_latency_p99:\n    max: 20\n- perf_throughput:\n    min: 5",
    "threshold: {'p99:max': 20ms, 'p95:max': 20, 'p90:max': '20', 'errors:max': '0'}",
  ];
  for (const yaml of files) agree(yaml, true);
});

Deno.test("what the program refuses is an error in an editor", () => {
  const files = [
    "model_nam: a",
    "config_path: n.yaml",
    "model_name: a b",
    "model_name: [a]",
    "max_batch_size: -1",
    "max_batch_size: many",
    "measurement_seconds: 0",
    "batching: sometimes",
    "target_formats: onnx plan",
    "target_formats: [plan]",
    "gpus: [first]",
    "batch_sizes: [0]",
    "batch_sizes: 1 x",
    "inputs: x:1",
    "inputs: x:1:int9",
    "inputs: ['x:1:int8', {name: y, shape: [1], dtype: int8}]",
    "inputs: [{name: x, shape: [0], dtype: int8}]",
    "inputs: [{name: x, shape: [1]}]",
    "inputs: {x: {shape: [1], dtype: int8, size: 1}}",
    "inputs: {x: '1:3:int8'}",
    "inputs: {x: 5}",
    "tensorrt_sparse_weights: yes",
    "model_uri: ftp://h/m.onnx",
    "model_uri: m.onnx",
    "max_shapes: 1,3",
    "max_shapes: {x: [0]}",
    "value_ranges: x=1",
    "value_ranges: {x: [1, 2, 3]}",
    "dtypes: x=int9",
    "engine_count_per_device: tpu=1",
    "engine_count_per_device: 2",
    "atol: -1",
    "atol: {out: small}",
    "objective: perf_thruput=10",
    "objective: {perf_throughput: 0}",
    "constraint: perf_latency_p99=20",
    "constraint: perf_latency_p99:max=-20",
    "constraint: {perf_latency_p99: 20}",
    "constraint: {perf_latency_p99: {most: 20}}",
    "top_n: 0",
    "threshold: 20ms",
    "threshold: p99:max=20min",
    "threshold: p99:min=20ms",
    "threshold: throughput:min=20ms",
    "threshold: errors:max=0.5",
    "threshold: {p99: {max: 20}}",
    "threshold: {'p99:max': -1}",
    "target_formats: []",
    "- model_name",
  ];
  for (const yaml of files) agree(yaml, false);
});

Deno.test("the schema holds every option of the file, with its description and default", () => {
  const properties = schema.properties as Record<
    string,
    { description: string; default?: unknown }
  >;
  const names = Object.entries<Option>(configOptions).flatMap(([key, { alias }]) =>
    alias === undefined ? [key] : [key, alias]
  );
  equal(Object.keys(properties), names);
  for (const [key, option] of Object.entries<Option>(configOptions)) {
    const { description, default: fallback } = properties[key]!;
    equal(description, option.description);
    // Help and README show it as the flag takes it.
    const text = defaultText(option);
    equal(fallback, text === undefined ? text : parseWords(option.syntax, text.split(" ")), key);
    if (fallback !== undefined) equal(isValid({ [key]: fallback }), true, key);
  }
});

Deno.test("flags that are no options of the file are left out", () => {
  const options: Options = {
    batching: configOptions.batching,
    model_name: { ...configOptions.model_name, flagOnly: true },
  };
  equal(Object.keys(fileSchema(options).properties as object), ["batching"]);
});

Deno.test("a value has its bounds, and none where there is none", () => {
  equal(valueSchema(configOptions.max_batch_size), {
    description: "Largest batch that Triton may run.",
    default: 128,
    type: "integer",
    minimum: 0,
    maximum: 2147483647,
  });
  equal(valueSchema(configOptions.max_queue_delay_us).maximum, undefined);
});
