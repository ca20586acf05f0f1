/**
 * Does the time for each chart of the best grow with their number? Ranks 10,000 rows of Model
 * Analyzer's, and makes and lints 10 and 100 charts of them as `create` does, in one helm.
 *
 * Usage: bench_ranking.ts PROGRAM, with HELM_BIN set, in a scratch folder.
 */

const [program] = Deno.args;
if (program === undefined) throw new Error("usage: bench_ranking.ts PROGRAM");

const ROWS = 10_000;
const CONFIGS = 1000;
const header = "Model,Batch,Concurrency,Model Config Path,Instance Group,Max Batch Size," +
  "Satisfies Constraints,Throughput (infer/sec),p99 Latency (ms)\n";
const rows = Array.from({ length: ROWS }, (_, i) => {
  const [config, concurrency] = [i % CONFIGS, 2 ** Math.floor(i / CONFIGS)];
  const throughput = 50 * concurrency / (1 + concurrency / 60) + (config * 7919 % CONFIGS);
  const latency = (1000 * concurrency / throughput).toFixed(1);
  return `m,1,${concurrency},m_config_${config},1:GPU,64,Yes,${throughput.toFixed(1)},${latency}\n`;
});
await Deno.writeTextFile("ranking.csv", header + rows.join(""));
for (let config = 0; config < CONFIGS; config++) {
  await Deno.mkdir(`repository/m_config_${config}`, { recursive: true });
  await Deno.writeTextFile(
    `repository/m_config_${config}/config.pbtxt`,
    `max_batch_size: 64 dynamic_batching { max_queue_delay_microseconds: ${config} }\n`,
  );
}

async function create(...more: string[]): Promise<number> {
  const ranking = ["--results", "ranking.csv", "--results-repository", "repository"];
  const goal = ["--objective", "perf_throughput=10", "perf_latency_p99=5"];
  const args = ["create", "--model-name", "m", "--model-path", "m.onnx", ...ranking, ...goal];
  const started = performance.now();
  const { success } = await new Deno.Command(program!, {
    args: [...args, "--constraint", "perf_latency_p99:max=500", ...more],
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error("create failed");
  return performance.now() - started;
}

const ms = (time: number) => `${time.toFixed(0)} ms`;
const ranked = await create("--top-n", "1", "--dry-run");
// deno-lint-ignore no-console
const say = console.log;
say(`${ROWS} rows ranked: ${ms(ranked)}, the start of the program included`);
for (const count of [10, 100]) {
  const top = ["--top-n", `${count}`, "--workspace-path", `top-${count}`];
  const all = await create(...top) - ranked;
  say(`the best ${count}: ${ms(all)} more, ${(all / count).toFixed(1)} ms a chart, lint included`);
}
