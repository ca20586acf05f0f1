import type { Metric } from "../../../src/config/ranking_options.ts";
import { readTables } from "../../../src/ranking/analyzer_table.ts";
import { equal, match } from "../../support/assert.ts";

const HEADER =
  "Model,Batch,Concurrency,Model Config Path,Instance Group,Max Batch Size,Satisfies Constraints,Throughput (infer/sec),p99 Latency (ms)";
const ROW = "m,1,4,m_config_0,2:GPU,64,Yes,100.0,9.5";

const read = (text: string, asked: Metric[] = ["perf_throughput"], more: string[] = []) =>
  readTables(
    [text, ...more].map((text, i) => ({ file: `${i}.csv`, text })),
    { model: "m", asked },
  );
const problems = (text: string, asked?: Metric[], more?: string[]) =>
  read(text, asked, more).problems.map(({ where, what }) => `${where}: ${what}`);

Deno.test("table: a row says the configuration, the load and the figures", () => {
  equal(read(`${HEADER}\n${ROW}\n\n`).candidates, [{
    name: "config_0",
    measurements: [{
      where: "0.csv:2",
      metrics: { perf_throughput: 100, perf_latency_p99: 9.5 },
      batch: "1",
      load: "4",
      stable: true,
      satisfies: true,
    }],
    origin: { config: "m_config_0", maxBatchSize: 64, instances: { gpu: 2 } },
  }]);
});

Deno.test("table: columns in any order, older instance groups, request rates, other models", () => {
  const { candidates, otherModels } = read(
    "Throughput (infer/sec),Model Config Path,Instance Group,Request Rate,Model\n" +
      '5,c,"1/GPU,3/CPU",20,m\n6,d,,20,other\n7,"x_config_0,y",1:GPU,20,"x,y"\n',
  );
  equal(candidates.map(({ name, origin }) => [name, origin]), [
    ["c", { config: "c", maxBatchSize: undefined, instances: { gpu: 1, cpu: 3 } }],
  ]);
  equal(candidates[0]!.measurements[0]!.load, "20");
  equal(otherModels, ["other (1 rows)", "x,y (1 rows)"]);
});

Deno.test("table: GPU metrics join by configuration and load; memory adds up over GPUs", () => {
  const gpu =
    "Model,GPU UUID,Batch,Concurrency,Model Config Path,GPU Memory Usage (MB),GPU Utilization (%)\n" +
    "m,GPU-a,1,4,m_config_0,100,50\nm,GPU-b,1,4,m_config_0,150,70\nm,GPU-a,1,8,m_config_0,1,1\n";
  const { candidates, problems } = read(`${HEADER}\n${ROW}\n`, ["gpu_used_memory"], [gpu]);
  equal(problems, []);
  const { gpu_used_memory, gpu_utilization } = candidates[0]!.measurements[0]!.metrics;
  equal({ gpu_used_memory, gpu_utilization }, { gpu_used_memory: 250, gpu_utilization: 60 });
});

Deno.test("table: what is wrong with it is told by file and line", () => {
  const rows: [text: string, problem: RegExp, asked?: Metric[]][] = [
    ["", /^0\.csv: the file is empty$/],
    ["\n\n", /^0\.csv: the file is empty$/],
    [HEADER, /^0\.csv:1: the table has no rows$/],
    ["a,b\n1,2", /^0\.csv:1: has no column `Model Config Path`$/],
    [`${HEADER},Model\n${ROW},m`, /^0\.csv:1: has two columns `Model`$/],
    [
      `\n${HEADER.replace("p99", "p98")}\n${ROW}`,
      /^0\.csv:1: has no column `p99 Latency \(ms\)`, and perf_latency_p99 is asked for$/,
      ["perf_latency_p99"],
    ],
    [`${HEADER}\n${ROW},1`, /^0\.csv:2: has 10 cells, and the table has 9 columns$/],
    [
      `${HEADER}\n${ROW.replace("100.0", "NaN")}`,
      /^0\.csv:2: `Throughput \(infer\/sec\)` must be a number, not `NaN`$/,
    ],
    [`${HEADER}\n${ROW.replace("100.0", "inf")}`, /must be a number, not `inf`/],
    [`${HEADER}\n${ROW.replace("100.0", "1e999")}`, /must be a number, not `1e999`/],
    [`${HEADER}\n${ROW.replace("100.0", "=1+1")}`, /must be a number, not `=1\+1`/],
    [`${HEADER}\n${ROW.replace("m_config_0", "../../etc")}`, /is no name of a model configuration/],
    [`${HEADER}\n${ROW.replace("m_config_0", "..")}`, /`\.\.` is no name of a model configuration/],
    [`${HEADER}\n${ROW.replace("m_config_0", "=cmd|x")}`, /is no name of a model configuration/],
    [`${HEADER}\n${ROW.replace("m_config_0", '"e_config_0: a, b"')}`, /are several models/],
    [`${HEADER}\n${ROW.replace("m_config_0", "")}`, /^0\.csv:2: has no `Model Config Path`$/],
    [`${HEADER}\n${ROW}\n"`, /^0\.csv:3: a quote in the row is not closed$/],
    ["GPU UUID,Model Config Path\na,b", /^0\.csv: is the table of GPU metrics/],
  ];
  for (const [text, problem, asked] of rows) match(problems(text, asked).join("\n"), problem);
  match(
    read(`${HEADER}\n${ROW}`, ["gpu_used_memory"]).problems[0]!.hint!,
    /give metrics-model-gpu\.csv too/,
  );
});

Deno.test("table: what nobody asked for may be nonsense, and what was not measured is no number", () => {
  const { candidates, problems } = read(
    `${HEADER}\n${ROW.replace("9.5", "NaN").replace("100.0", "None")}`,
  );
  equal(problems, []);
  equal(candidates[0]!.measurements[0]!.metrics, {});
});
