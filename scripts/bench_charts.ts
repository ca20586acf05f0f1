/**
 * Does the time for each chart grow with their number? Writes 10, 100 and 1,000 of them as `create`
 * does, all linted by one helm.
 *
 * Usage: bench_charts.ts HELM, in a scratch folder.
 */

import { chartModel } from "../src/chart/chart_model.ts";
import { renderChart } from "../src/chart/render.ts";
import { helmLint } from "../src/cluster/helm.ts";
import { loadSettings } from "../src/config/load.ts";
import { type Config, configOptions } from "../src/config/schema.ts";
import { fromFlags } from "../src/config/sources.ts";
import { realFiles } from "../src/io/files.ts";
import { realTemplates } from "../src/io/templates.ts";
import { planVariants } from "../src/plan/variant.ts";

const [helm] = Deno.args;
if (helm === undefined) throw new Error("usage: bench_charts.ts HELM");

const flags = { model_name: "m", model_path: "m.onnx", target_formats: "trt" };
const words = Object.entries(flags).map(([key, word]) => ({ key, words: [word] }));
const config = loadSettings({
  options: configOptions,
  sources: [fromFlags(configOptions, words)],
}).settings as Config;
const [variant] = planVariants(config, { where: String }).variants;
const { read } = realTemplates(new URL("../", import.meta.url));
const templates = {
  inference: read("inference"),
  tester: read("tester"),
  toolkit: read("toolkit"),
  image: read("image"),
};
const files = realFiles();

for (const count of [10, 100, 1000]) {
  const started = performance.now();
  const names = Array.from({ length: count }, (_, i) => `m-${i}`);
  const trees = new Map(names.map((name) => [
    `many/${name}`,
    renderChart(chartModel(config, { directory: name, name, variant: variant! }), templates),
  ]));
  const staged = await files.stage(trees, "many");
  const written = performance.now();
  const charts = staged.trees.flatMap(({ path }, i) =>
    ["inference", "tester"].map((part) => `${path}/${names[i]}-${part}`)
  );
  const { program, args } = helmLint(helm, charts);
  const { success } = await new Deno.Command(program, {
    args: [...args],
    stdout: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error("helm lint failed");
  const linted = performance.now();
  await files.publish(staged);
  await Deno.remove("many", { recursive: true });
  const each = (ms: number) => `${(ms / count).toFixed(1)} ms`;
  // deno-lint-ignore no-console
  console.log(
    `${count} charts: ${each(written - started)} to write each, ${
      each(linted - written)
    } to lint each, in one helm`,
  );
}
