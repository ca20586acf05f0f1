import { loadSettings } from "../../../src/config/load.ts";
import { configOptions } from "../../../src/config/schema.ts";
import { fromEnvironment, fromFlags } from "../../../src/config/sources.ts";
import { fromYaml } from "../../../src/config/yaml_source.ts";
import { deployOptions } from "../../../src/commands/options.ts";
import { equal } from "../../support/assert.ts";

type Flags = Record<string, string[]>;

function load(yaml: string, flags: Flags = {}) {
  const { settings, problems } = read(yaml, flags);
  equal(problems, []);
  return settings;
}

function read(yaml: string, flags: Flags) {
  return loadSettings({
    options: configOptions,
    sources: [
      ...(yaml === "" ? [] : [fromYaml(configOptions, "n.yaml", yaml)]),
      fromFlags(configOptions, Object.entries(flags).map(([key, words]) => ({ key, words }))),
    ],
    required: ["model_name"],
  });
}

function problems(yaml: string, flags: Flags = {}): string[] {
  return read(yaml, flags).problems.map(({ where, what }) => `${where}: ${what}`);
}

Deno.test("flags win over YAML, YAML wins over defaults", () => {
  const settings = load("model_name: a\nmax_batch_size: 4\nbatching: dynamic", {
    max_batch_size: ["8"],
  });
  equal(settings.max_batch_size, 8);
  equal(settings.batching, "dynamic");
  equal(settings.model_version, 1);
  equal(Object.isFrozen(settings), true);
});

Deno.test("an unquoted release stays what was typed", () => {
  equal(load("model_name: a\ncontainer_version: 22.10").container_version, "22.10");
  equal(load("model_name: 007").model_name, "007");
});

Deno.test("lists, maps and the flag's own text mean the same in YAML", () => {
  const x = { name: "x:0", shape: [-1, 3], dtype: "int8" } as const;
  const y = { name: "y", shape: [-1], dtype: "float32" } as const;
  for (
    const yaml of [
      "inputs: x:0:-1,3:int8 y:-1:float32",
      "inputs: ['x:0:-1,3:int8', 'y:-1:float32']",
      "inputs: [{name: 'x:0', shape: [-1, 3], dtype: int8}, {name: y, shape: [-1], dtype: float32}]",
      "inputs: {'x:0': {shape: [-1, 3], dtype: int8}, y: {shape: [-1], dtype: float32}}",
    ]
  ) equal<unknown>(load(`model_name: a\n${yaml}`).inputs, [x, y], yaml);
  for (
    const yaml of [
      "value_ranges: x=0,255 -1.0,1.0",
      "value_ranges: ['x=0,255', '-1.0,1.0']",
      "value_ranges: {x: [0, 255], '': [-1, 1]}",
      "value_ranges: {x: '0,255', '': '-1.0,1.0'}",
    ]
  ) equal(load(`model_name: a\n${yaml}`).value_ranges, { x: [0, 255], "": [-1, 1] }, yaml);
  for (const yaml of ["target_formats: onnx", "target_formats: [onnx]"]) {
    equal(load(`model_name: a\n${yaml}`).target_formats, ["onnx"], yaml);
  }
  for (const yaml of ["batch_sizes: 1 2", "batch_sizes: [1, 2]", "batch_sizes: ['1', '2']"]) {
    equal(load(`model_name: a\n${yaml}`).batch_sizes, [1, 2], yaml);
  }
  for (
    const yaml of [
      "threshold: p99:max=20ms p50:max=5 errors:max=0",
      "threshold: [p99:max=20ms, p50:max=5, 'errors:max=0']",
      "threshold: {p99:max: 20ms, p50:max: 5, 'errors:max': '0'}",
      "threshold:\n  p99:max: 20ms\n  p50:max: 5\n  errors:max: 0",
    ]
  ) {
    const limits = { "p99:max": "20ms", "p50:max": 5, "errors:max": 0 };
    equal(load(`model_name: a\n${yaml}`).threshold, limits, yaml);
  }
  for (const yaml of ["engine_count_per_device: gpu=2", "engine_count_per_device: {gpu: 2}"]) {
    equal(load(`model_name: a\n${yaml}`).engine_count_per_device, { gpu: 2 }, yaml);
  }
});

Deno.test("every problem is told at once, with its place", () => {
  equal(
    problems("model_name: a b\nmax_batch_sise: 4\nbatching: sometimes\ninputs: [x:1]\n", {
      model_version: ["zero"],
    }),
    [
      "n.yaml:2 max_batch_sise: no such option",
      "n.yaml:4 inputs: `x:1` is not NAME:SHAPE:DTYPE",
      "--model-version: `zero` is not an integer",
      'n.yaml:1 model_name: must be letters, digits, `_`, `-` and `.`, beginning with a letter, a digit or `_`, at most 128, not "a b"',
      'n.yaml:3 batching: must be one of disabled, static, dynamic, not "sometimes"',
    ],
  );
});

Deno.test("broken files say where", () => {
  equal(problems(""), ["--model-name: is required"]);
  equal(problems("# nothing\n"), ["n.yaml: the file is empty"]);
  equal(problems("- a\n"), ["n.yaml: must be a map of options"]);
  equal((problems("model_name: a\nmodel_name: b\n"))[0], "n.yaml:2: Map keys must be unique");
  equal(
    (problems("config_path: x\nmodel_name: a\n"))[0],
    "n.yaml:1 config_path: is only a flag",
  );
  equal((problems("a: [\n"))[0]?.startsWith("n.yaml:"), true);
});

Deno.test("rules between options", () => {
  const rows: [string, string][] = [
    [
      "batching: dynamic\nmax_batch_size: 4\npreferred_batch_sizes: [8]",
      "n.yaml:4 preferred_batch_sizes: must not be above max_batch_size, which is 4",
    ],
    ["max_queue_delay_us: 5", "n.yaml:2 max_queue_delay_us: has no effect with batching: static"],
    ["max_batch_size: 0", "n.yaml:2 max_batch_size: 0 means no batching, but batching is static"],
    [
      "value_ranges: x=5,1",
      "n.yaml:2 value_ranges: `x` the lower bound must not be above the upper one",
    ],
    ["inputs: [x:1:int8, x:1:int8]", "n.yaml:2 inputs: must not name a tensor twice"],
    [
      "threshold: p99:max=20min",
      'n.yaml:2 threshold: `p99:max` must be a time like 20ms, 500us or 1.5s, not "20min"',
    ],
    ["threshold: {'p99:min': 20}", "n.yaml:2 threshold: has no `p99:min`"],
    ["threshold: p99:max", "n.yaml:2 threshold: `p99:max` is not METRIC:BOUND=LIMIT"],
  ];
  for (const [yaml, problem] of rows) {
    equal(problems(`model_name: a\n${yaml}`), [problem]);
  }
});

Deno.test("the environment stands between YAML and flags, and only where the verb says so", () => {
  const env = (name: string) => ({ MODEL_URI: "file:///e", WORK_DIR: "" })[name];
  const given = fromEnvironment(deployOptions, env);
  equal([...given.values], [["model_uri", { value: "file:///e", where: "MODEL_URI" }]]);
  equal(fromEnvironment(configOptions, env).values.size, 0);
});
