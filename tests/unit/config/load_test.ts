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

Deno.test("tensors say what they lack and what is too much", () => {
  equal(problems("model_name: a\ninputs: [{name: x, size: 1}, 5]\noutputs: {y: 5, z: {}}"), [
    "n.yaml:3 outputs: `y` must be SHAPE:DTYPE, or a map of shape and dtype",
    "n.yaml:2 inputs: needs `[0].shape`",
    "n.yaml:2 inputs: needs `[0].dtype`",
    "n.yaml:2 inputs: has no `[0].size`",
    "n.yaml:2 inputs: `[1]` must be NAME:SHAPE:DTYPE, or a map of name, shape and dtype, not 5",
  ]);
  equal(load("model_name: a\ninputs: {'x:0': '-1,3:float32'}").inputs, [
    { name: "x:0", shape: [-1, 3], dtype: "float32" },
  ]);
});

Deno.test("rules between options", () => {
  const rows: [string, string][] = [
    [
      "batching: dynamic\nmax_batch_size: 4\npreferred_batch_sizes: [8]",
      "n.yaml:4 preferred_batch_sizes: must not be above max_batch_size, which is 4 (n.yaml:3)",
    ],
    [
      "max_queue_delay_us: 5",
      "n.yaml:2 max_queue_delay_us: has no effect with batching: static by default",
    ],
    [
      "max_batch_size: 0",
      "n.yaml:2 max_batch_size: 0 means no batching, but batching is static by default",
    ],
    [
      "workspace_path: ~/ws",
      "n.yaml:2 workspace_path: `~/ws` does not lead to the home directory: only shells know `~`",
    ],
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

Deno.test("both sides of a contradiction say where they come from", () => {
  const yaml = "model_name: a\nmax_batch_size: 4\nbatching: dynamic\nmax_shapes: x=1,3";
  equal(problems(yaml, { preferred_batch_sizes: ["8"], min_shapes: ["x=2,3"] }), [
    "--preferred-batch-sizes: must not be above max_batch_size, which is 4 (n.yaml:2)",
    "--min-shapes: `x` 2,3 must not be above max_shapes, which says 1,3 (n.yaml:4)",
  ]);
});

Deno.test("YAML's own spellings of true and false are taken", () => {
  for (const word of ["true", "True", "TRUE", "'true'"]) {
    equal(load(`model_name: a\ntensorrt_sparse_weights: ${word}`).tensorrt_sparse_weights, true);
  }
  equal(problems("model_name: a\ntensorrt_sparse_weights: yes"), [
    "n.yaml:2 tensorrt_sparse_weights: `yes` is neither true nor false",
  ]);
});

Deno.test("numbers that Helm's --set has made texts of are numbers", () => {
  const yaml = [
    "model_name: a",
    'atol: {y: "1e-7"}',
    'value_ranges: {x: ["-1.5", "1e30"]}',
    'measurement_seconds: "0.5"',
  ].join("\n");
  const { atol, value_ranges, measurement_seconds } = load(yaml);
  equal([atol, value_ranges, measurement_seconds], [{ y: 1e-7 }, { x: [-1.5, 1e30] }, 0.5]);
  equal(problems("model_name: a\nvalue_ranges: {x: [low, 1]}"), [
    "n.yaml:2 value_ranges: `low` is not a number",
  ]);
});

Deno.test("a list in brackets says once what its commas do", () => {
  const hint =
    "commas separate the words of a list in brackets: put a word that holds one in quotes";
  const rows: [string, (string | undefined)[][]][] = [
    ["value_ranges: [x=0,255]", [
      ["`x` a range is two numbers, the lower and the upper bound", undefined],
      ["a range is two numbers, the lower and the upper bound", hint],
    ]],
    ["max_shapes: [x=1,3]", [["`3` is not NAME=D0,D1,…", hint]]],
    ["value_ranges: ['x=5,1']", [
      ["`x` the lower bound must not be above the upper one", undefined],
    ]],
    ["dtypes: [x=int9]", [[
      'must be one of float32, uint8, int8, uint16, int16, int32, int64, string, bool, float16, float64, uint32, uint64, bfloat16, not "int9"',
      undefined,
    ]]],
  ];
  for (const [yaml, expected] of rows) {
    const told = read(`model_name: a\n${yaml}`, {}).problems;
    equal(told.map(({ what, hint }) => [what.replace("`x` must", "must"), hint]), expected);
  }
});

Deno.test("the environment stands between YAML and flags, and only where the verb says so", () => {
  const env = (name: string) => ({ MODEL_URI: "file:///e", WORK_DIR: "" })[name];
  const given = fromEnvironment(deployOptions, env);
  equal([...given.values], [["model_uri", { value: "file:///e", where: "MODEL_URI" }]]);
  equal(fromEnvironment(configOptions, env).values.size, 0);
});
