/** `create --results`: what was measured reaches the charts, and what is wrong with it is told. */

import { parse } from "yaml";
import { run } from "../../../src/cli/run.ts";
import { loadSettings } from "../../../src/config/load.ts";
import { type Config, configOptions, keysOf } from "../../../src/config/schema.ts";
import { fromYaml } from "../../../src/config/yaml_source.ts";
import { camelCase } from "../../../src/text/case.ts";
import { planModelConfig, printModelConfig } from "../../../src/triton/model_config.ts";
import { equal, match, ok } from "../../support/assert.ts";
import { create, LINT } from "../../support/create.ts";
import { fakeWorld, inFolder } from "../../support/fake_world.ts";
import { sampleMeasurement, sampleReport } from "../../support/report.ts";

const HEADER = "Model,Batch,Concurrency,Model Config Path,Instance Group,Max Batch Size," +
  "Satisfies Constraints,Throughput (infer/sec),p99 Latency (ms)\n";
const MODEL = "--model-name m --model-path m.onnx";
const CHARTS = "navigator_workspace/charts";

async function table(...rows: [config: string, throughput: number, p99: number][]) {
  const lines = rows.map(([config, throughput, p99]) =>
    `m,1,4,${config},1:GPU,8,Yes,${throughput},${p99}\n`
  );
  await Deno.writeTextFile("r.csv", HEADER + lines.join(""));
}

async function repository(configs: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(configs)) {
    await Deno.mkdir(`repo/${name}`, { recursive: true });
    await Deno.writeTextFile(`repo/${name}/config.pbtxt`, text);
  }
}

const valuesOf = async (chart: string) =>
  parse(await Deno.readTextFile(`${CHARTS}/${chart}/${chart}-inference/values.yaml`)).deployer;

/** What the deployer writes, which reads the chart's values out of its ConfigMap. */
async function pbtxtOf(chart: string): Promise<string> {
  const values = await valuesOf(chart);
  const said = Object.fromEntries(
    keysOf("deployer").map((key) => [key, values[camelCase(key)]]).filter(([, value]) =>
      value !== null
    ),
  );
  const sources = [fromYaml(configOptions, "config.yaml", JSON.stringify(said))];
  const { settings, problems } = loadSettings({ options: configOptions, sources });
  equal(problems, []);
  return printModelConfig(planModelConfig({
    config: settings as Config,
    format: settings.target_formats?.[0] ?? settings.model_format!,
    signature: { inputs: undefined, outputs: undefined },
  }));
}

const accelerator = (name: string, parameter = "") =>
  `optimization { execution_accelerators { gpu_execution_accelerator { name: "${name}" ${parameter} } } }`;

const FIELDS: readonly [
  name: string,
  measured: string,
  values: Record<string, unknown>,
  pbtxt: RegExp,
  flags?: string,
][] = [
  ["largest batch", "max_batch_size: 48", { maxBatchSize: 48 }, /^max_batch_size: 48$/m],
  ["no batching", "max_batch_size: 0", { batching: "disabled" }, /^max_batch_size: 0$/m],
  ["static batching", "max_batch_size: 8", { batching: "static" }, /^(?![^]*dynamic_batching)/],
  ["dynamic batching", "max_batch_size: 8 dynamic_batching {}", {
    batching: "dynamic",
    preferredBatchSizes: null,
    maxQueueDelayUs: null,
  }, /^dynamic_batching \{\}$/m],
  [
    "preferred sizes",
    "max_batch_size: 8 dynamic_batching { preferred_batch_size: [2, 4] }",
    { batching: "dynamic", preferredBatchSizes: [2, 4] },
    /preferred_batch_size: \[2, 4\]/,
  ],
  [
    "queue delay",
    "max_batch_size: 8 dynamic_batching { max_queue_delay_microseconds: 250 }",
    { batching: "dynamic", maxQueueDelayUs: 250 },
    /preferred_batch_size: \[8\]\n\s+max_queue_delay_microseconds: 250/,
  ],
  [
    "instances on the GPU",
    "max_batch_size: 8 instance_group { count: 3 kind: KIND_GPU }",
    { engineCountPerDevice: { gpu: 3 } },
    /instance_group \{\n\s+count: 3\n\s+kind: KIND_GPU\n\}/,
  ],
  [
    "instances on the CPU",
    "max_batch_size: 8 instance_group { count: 2 kind: KIND_CPU }",
    { engineCountPerDevice: { cpu: 2 } },
    /instance_group \{\n\s+count: 2\n\s+kind: KIND_CPU\n\}/,
  ],
  [
    "accelerator trt and its precision",
    `max_batch_size: 8 ${
      accelerator("tensorrt", 'parameters { key: "precision_mode" value: "FP16" }')
    }`,
    { backendAccelerator: "trt", tensorrtPrecision: "fp16" },
    /name: "tensorrt"[^]*key: "precision_mode"\n\s+value: "FP16"/,
  ],
  [
    "workspace of the accelerator",
    `max_batch_size: 8 ${
      accelerator("tensorrt", 'parameters { key: "max_workspace_size_bytes" value: "77" }')
    }`,
    { tensorrtMaxWorkspaceSize: 77 },
    /key: "max_workspace_size_bytes"\n\s+value: "77"/,
  ],
  [
    "accelerator openvino",
    `max_batch_size: 8 ${accelerator("openvino").replace("gpu_", "cpu_")}`,
    { backendAccelerator: "openvino" },
    /cpu_execution_accelerator \{\n\s+name: "openvino"/,
  ],
  [
    "accelerator amp",
    `max_batch_size: 8 platform: "tensorflow_savedmodel" ${accelerator("auto_mixed_precision")}`,
    { backendAccelerator: "amp" },
    /name: "auto_mixed_precision"/,
    "--model-name m --model-path m.savedmodel --batching static",
  ],
  [
    "CUDA graphs",
    'max_batch_size: 8 platform: "tensorrt_plan" optimization { cuda { graphs: true } }',
    { tensorrtCaptureCudaGraph: true, targetFormats: ["trt"] },
    /cuda \{\n\s+graphs: true/,
    `${MODEL} --target-formats onnx trt --tensorrt-precisions fp16`,
  ],
];

for (const [name, measured, values, pbtxt, flags = MODEL] of FIELDS) {
  Deno.test(`measured ${name}: in the chart's values and in config.pbtxt`, () =>
    inFolder(async () => {
      await table(["m_config_0", 10, 1]);
      await repository({ m_config_0: measured });
      const others = "--results r.csv --results-repository repo --top-n 1";
      const { code, err } = await create(`${flags} ${others}`);
      equal(code, 0, err);
      const told = await valuesOf("m-config-0");
      for (const [key, value] of Object.entries(values)) equal(told[key], value, key);
      match(await pbtxtOf("m-config-0"), pbtxt);
    }));
}

Deno.test("what was measured wins over the options, and that is said", () =>
  inFolder(async () => {
    await table(["m_config_0", 10, 1]);
    await repository({ m_config_0: "max_batch_size: 8" });
    const { err } = await create(
      `${MODEL} --results r.csv --results-repository repo --top-n 1 --max-batch-size 64 ` +
        "--batching dynamic --preferred-batch-sizes 32",
    );
    match(err, /^warning: max_batch_size, batching, preferred_batch_sizes: the charts have what /m);
    const { maxBatchSize, batching, preferredBatchSizes } = await valuesOf("m-config-0");
    equal([maxBatchSize, batching, preferredBatchSizes], [8, "static", null]);
  }));

Deno.test("without a repository the table says what it knows, and a warning what it does not", () =>
  inFolder(async () => {
    await table(["m_config_0", 10, 1]);
    const { code, err } = await create(`${MODEL} --results r.csv --batching dynamic`);
    equal(code, 0);
    match(err, /warning: without --results-repository the batching mode, queue delay/);
    match(err, /warning: the best 3 are asked for, and there are 1/);
    const { maxBatchSize, batching, engineCountPerDevice } = await valuesOf("m-config-0");
    equal([maxBatchSize, batching, engineCountPerDevice], [8, "dynamic", { gpu: 1 }]);
  }));

Deno.test("the best N: one chart each, ranked, all linted by one helm, and --rank finds them", () =>
  inFolder(async () => {
    await table(["m_config_0", 10, 1], ["m_config_1", 30, 3], ["m_config_2", 20, 2]);
    await repository({ m_config_1: "max_batch_size: 8", m_config_2: "max_batch_size: 4" });
    const line = `${MODEL} --results r.csv --results-repository repo --top-n 2`;
    const { code, out, err, commands } = await create(line);
    equal(code, 0, err);
    equal(out.split("\n").map((path) => path.split("/").at(-1)), ["m-config-1", "m-config-2"]);
    equal([commands.length, commands[0]!.split(" ").length], [1, 3 + 2 * 2]);
    match(err, /^ +1 +config_1 +0 +30\.0 +1 +4\n +2 +config_2 +-0\.400/m);
    match(err, /^ +3 +config_0 /m);
    const index = await Deno.readTextFile(`${CHARTS}/ranking.json`);
    const { charts } = JSON.parse(index);
    equal(charts.map(({ rank, chart, source }: Record<string, unknown>) => [rank, chart, source]), [
      [1, "m-config-1", "r.csv:3"],
      [2, "m-config-2", "r.csv:4"],
    ]);
    equal(charts[0].metrics, { perf_throughput: 30, perf_latency_p99: 3 });
    await create(line);
    equal(await Deno.readTextFile(`${CHARTS}/ranking.json`), index);

    for (const [rank, chart] of [["1", "m-config-1"], ["2", "m-config-2"]]) {
      for (const where of [[], [CHARTS]]) {
        const helm = `helm upgrade --install ${chart}-inference `;
        const world = fakeWorld({ tools: [{ starts: helm }] });
        const line = ["install", "--rank", rank!, ...where, "--skip-preflight"];
        equal(await run(line, world), 0, world.stderr.join("\n"));
        match(world.commands.join(), new RegExp(`/${chart}/${chart}-inference `));
        equal(
          await run(
            ["build", "--rank", rank!, ...where, "--builder", "docker", "--dry-run"],
            world,
          ),
          0,
        );
        match(world.stdout.join(), new RegExp(`--tag ${chart}:0\\.1\\.0`));
      }
    }
    const fails = async (...words: string[]) => {
      const world = fakeWorld();
      equal(await run(["install", "--skip-preflight", ...words], world), 2);
      return world.stderr.join("\n");
    };
    match(await fails("--rank", "3"), /--rank: is 3, and .*ranking\.json ranks 2 charts/);
    match(await fails(), /hint: name one \(or its `--rank`\)/);
    match(await fails("--rank", "1", "."), /--rank: there is no ranking\.json/);
    await Deno.remove(`${CHARTS}/m-config-2`, { recursive: true });
    match(await fails("--rank", "2"), /names m-config-2, which is not there any more/);
    await Deno.writeTextFile(`${CHARTS}/ranking.json`, index.replace("m-config-1", "../../x"));
    match(await fails("--rank", "1"), /ranking\.json cannot be read/);
  }));

Deno.test("up goes on with the best, or with the one in the place that is asked for", () =>
  inFolder(async () => {
    await table(["m_config_0", 10, 1], ["m_config_1", 30, 3]);
    const up = async (more: string) => {
      const world = fakeWorld(LINT);
      const code = await run([
        "up",
        ...`${MODEL} --builder docker --results r.csv${more}`.split(" "),
      ], world);
      return { code, err: world.stderr.join("\n") };
    };
    // Without the program's Linux binary there is no image to build.
    match((await up("")).err, /charts\/m-config-1\/toolkit has no helm-navigator program/);
    match((await up(" --rank 2")).err, /charts\/m-config-0\/toolkit has no helm-navigator program/);
    const { code, err } = await up(" --rank 3");
    equal(code, 2);
    match(err, /error: --rank: is 3, and `create` made 2 charts/);
  }));

Deno.test("a failure leaves the charts and their ranking as they were", () =>
  inFolder(async () => {
    await table(["m_config_0", 10, 1]);
    await create(`${MODEL} --results r.csv`);
    const before = await Deno.readTextFile(`${CHARTS}/ranking.json`);
    await table(["m_config_1", 10, 1]);
    const tools = [{ starts: "helm lint", fails: "broken" }];
    equal((await create(`${MODEL} --results r.csv`, { tools })).code, 1);
    equal(await Deno.readTextFile(`${CHARTS}/ranking.json`), before);
    equal([...Deno.readDirSync(CHARTS)].map(({ name }) => name).sort(), [
      "m-config-0",
      "ranking.json",
    ]);
    const { code, out } = await create(`${MODEL} --results r.csv --dry-run`, {});
    equal(code, 0);
    match(out, /charts\/m-config-1\/Dockerfile/);
    equal(await Deno.readTextFile(`${CHARTS}/ranking.json`), before);
  }));

Deno.test("names: long, strange and colliding ones become different charts", () =>
  inFolder(async () => {
    const long = `m_${"very_long_name_of_a_configuration_".repeat(3)}`;
    await table([`${long}1`, 9, 1], [`${long}2`, 8, 1], ["m_A b", 7, 1], ["m_x.1", 6, 1], [
      "m_x_1",
      5,
      1,
    ]);
    const { code, out, err } = await create(`${MODEL} --results r.csv --top-n 5`);
    equal(code, 0, err);
    const names = out.split("\n").map((path) => path.split("/").at(-1)!);
    equal(new Set(names).size, 5);
    for (const name of names) ok(/^[a-z][-a-z0-9]{0,42}$/.test(name), name);
    match(names[0]!, /^m-very-long-name-of-a-configuration-\w{7}$/);
    match(names[2]!, /^m-a-b-\w{7}$/);
    match(names[3]!, /^m-x-1-\w{7}$/);
    const named = `--model-name ${"n".repeat(38)} --model-path m.onnx --results r.csv`;
    const text = (await Deno.readTextFile("r.csv")).replaceAll(/^m,/gm, `${"n".repeat(38)},`);
    await Deno.writeTextFile("r.csv", text);
    const tooLong = await create(named, {});
    equal(tooLong.code, 2);
    match(tooLong.err, /--model-name: `n{38}-\w{7}` has 46 characters, at most 43/);
  }));

const BAD: readonly [name: string, text: string, flags: string, error: RegExp][] = [
  [
    "nothing meets the constraints",
    "",
    "--constraint perf_latency_p99:max=0.5",
    /error: --constraint: no configuration is left of 2; the nearest is config_0, which misses perf_latency_p99:max=0\.5 with 1 ms\nhint: loosen/,
  ],
  [
    "an objective that is none",
    "",
    "--objective perf_troughput=1",
    /error: --objective: has no `perf_troughput`\nhint: did you mean `perf_throughput`\?/,
  ],
  [
    "a constraint that is none",
    "",
    "--constraint perf_latency_p98:max=1",
    /error: --constraint: has no `perf_latency_p98`\nhint: did you mean `perf_latency_p9/,
  ],
  [
    "a metric that is not in the table",
    "",
    "--objective gpu_used_memory",
    /error: r\.csv:1: has no column `GPU Memory Usage \(MB\)`, and gpu_used_memory is asked for\nhint: give metrics-model-gpu/,
  ],
  [
    "a number that is none",
    "m,1,1,m_config_9,,,,NaN,1\n",
    "",
    /error: r\.csv:4: `Throughput \(infer\/sec\)` must be a number, not `NaN`/,
  ],
  [
    "a configuration without a folder",
    "",
    "--results-repository repo",
    /error: r\.csv:3: there is no repo\/m_config_1\/config\.pbtxt that says how/,
  ],
  [
    "a broken config.pbtxt",
    "m,1,1,m_bad,,,,99,1\n",
    "--results-repository repo --top-n 1",
    /error: repo\/m_bad\/config\.pbtxt:2: `:` or `\{` must follow a field/,
  ],
  [
    "a repository that is none",
    "",
    "--results-repository r.csv",
    /error: --results-repository: `r\.csv` is no directory/,
  ],
  ["zero bytes", "\0", "", /error: --results: `r\.csv` is no text: it holds zero bytes/],
  [
    "a file that is not there",
    "",
    "--results r.csv none.csv",
    /error: --results: `none\.csv` is not there/,
  ],
  ["a folder", "", "--results r.csv repo", /error: --results: `repo` is no file/],
  ["all variants", "", "--all-variants", /error: --all-variants: makes a chart of each variant/],
  [
    "one archive for several",
    "",
    "--output-package a.tgz",
    /error: --output-package: is one archive, but --results makes 2 charts/,
  ],
];

for (const [name, text, flags, error] of BAD) {
  Deno.test(`bad results: ${name}`, () =>
    inFolder(async () => {
      await table(["m_config_0", 10, 1], ["m_config_1", 20, 9]);
      await Deno.writeTextFile("r.csv", text, { append: true });
      await repository({ m_config_0: "max_batch_size: 8", m_bad: "a: 1\nb" });
      const { code, err } = await create(`${MODEL} --results r.csv ${flags}`, {});
      match(err, error);
      equal(code, 2);
      equal(await Deno.stat("navigator_workspace").catch(() => "none"), "none");
    }));
}

const report = (configuration: Record<string, unknown>, throughput: number, more = {}) =>
  JSON.stringify(sampleReport({
    model: "m",
    variant: "onnx",
    served: { ...sampleReport().served, configuration },
    measurements: [sampleMeasurement({ throughput, p99: 2e6 / throughput })],
    ...more,
  }));

Deno.test("reports of `test` are results by themselves; those of one configuration are one", () =>
  inFolder(async () => {
    const cpu = { instance_group: [{ kind: "KIND_CPU", count: 2, name: "m_0", gpus: [] }] };
    const dynamic = {
      max_batch_size: 16,
      dynamic_batching: { preferred_batch_size: [4, 8], max_queue_delay_microseconds: "100" },
    };
    await Deno.writeTextFile("a.json", report({ max_batch_size: 16 }, 100));
    await Deno.writeTextFile("b.json", report({ ...dynamic, ...cpu }, 200));
    await Deno.writeTextFile("c.json", report({ ...dynamic, ...cpu }, 300));
    const { code, out, err } = await create(
      `${MODEL} --results a.json b.json c.json --objective perf_latency_p99`,
    );
    equal(code, 0, err);
    const names = out.split("\n").map((path) => path.split("/").at(-1)!);
    equal(names, ["m-onnx-dynamic-b16-d100-p4-8-cpu2", "m-onnx-static-b16"]);
    const { batching, maxQueueDelayUs, preferredBatchSizes, engineCountPerDevice } = await valuesOf(
      names[0]!,
    );
    equal(
      { batching, maxQueueDelayUs, preferredBatchSizes, engineCountPerDevice },
      {
        batching: "dynamic",
        maxQueueDelayUs: 100,
        preferredBatchSizes: [4, 8],
        engineCountPerDevice: { cpu: 2 },
      },
    );
    const [first] = JSON.parse(await Deno.readTextFile(`${CHARTS}/ranking.json`)).charts;
    equal([first.source, first.metrics.perf_throughput], ["c.json", 300]);
  }));

Deno.test("a metric that no report has is told with where it is", () =>
  inFolder(async () => {
    await Deno.writeTextFile("a.json", report({ max_batch_size: 16 }, 100));
    const { code, err } = await create(`${MODEL} --results a.json --objective gpu_used_memory`, {});
    match(
      err,
      /--results: no configuration is left of 1; .* has no gpu_used_memory\nhint: reports of `test` have no/,
    );
    equal(code, 2);
  }));

Deno.test("reports that are of no use say why", () =>
  inFolder(async () => {
    const { configuration: _, ...old } = sampleReport().served;
    const rows: [text: string, error: RegExp][] = [
      ["{", /error: r\.json: is no JSON: /],
      ["[]", /error: r\.json: is no report of a load test/],
      ['{"schema": 3}', /was written by a newer helm-navigator than this one/],
      [report({}, 1, { served: old }), /does not say the model's configuration/],
      [report({}, 1, { model: "other" }), /is of the model `other`, not of `m`/],
      [report({}, 1, { measurements: [] }), /holds no measurement that went well/],
      [report({ backend: "python" }, 1), /no chart serves: it is served by python/],
      [
        report({}, 1, { variant: "trt-fp16" }),
        /error: --results: no configuration is left of 1; .*measured as trt-fp16, and the options make onnx/,
      ],
    ];
    for (const [text, error] of rows) {
      await Deno.writeTextFile("r.json", text);
      const { code, err } = await create(`${MODEL} --results r.json`, {});
      match(err, error);
      equal(code, 2);
    }
  }));

Deno.test("objectives and constraints in YAML, as Model Analyzer writes them", () =>
  inFolder(async () => {
    const best = async (yaml: string) => {
      await table(["m_config_0", 10, 1], ["m_config_1", 30, 3], ["m_config_2", 20, 2]);
      await Deno.writeTextFile("n.yaml", `model_name: m\nmodel_path: m.onnx\n${yaml}`);
      const { code, out, err } = await create(
        "--config-path n.yaml --results r.csv --top-n 1",
        LINT,
      );
      return code === 0 ? out.split("/").at(-1) : err;
    };
    equal(await best("objectives:\n- perf_latency_p99\n"), "m-config-0");
    equal(await best("objectives: {perf_throughput: 10, perf_latency_p99: 1}\n"), "m-config-1");
    equal(await best("constraints:\n  perf_latency_p99:\n    max: 2\n"), "m-config-2");
    equal(await best("constraints:\n- perf_latency_p99:\n    max: 2\n"), "m-config-2");
    equal(await best("constraint: perf_latency_p99:max=1\n"), "m-config-0");
    match(
      await best("objectives: [perf_throughput]\nobjective: perf_latency_p99\n") ?? "",
      /error: n\.yaml:4 objective: says `objective` again/,
    );
  }));
