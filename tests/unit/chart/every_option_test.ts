/** A dead option fails the build: each one must change some file of the charts, or where they go. */

import { chartModel } from "../../../src/chart/chart_model.ts";
import { renderChart } from "../../../src/chart/render.ts";
import { loadSettings } from "../../../src/config/load.ts";
import { type Config, type ConfigKey, configOptions } from "../../../src/config/schema.ts";
import { fromFlags } from "../../../src/config/sources.ts";
import { chartDirectoryName, chartsDirectory } from "../../../src/plan/names.ts";
import { planVariant } from "../../../src/plan/variant.ts";
import { equal, ok } from "../../support/assert.ts";
import { fakeWorld } from "../../support/fake_world.ts";

const EXAMPLES: Record<ConfigKey, string[]> = {
  model_name: ["other"],
  model_path: ["other.pt"],
  model_format: ["torchscript"],
  model_version: ["2"],
  model_uri: ["https://h/m.onnx"],
  charts_repository: ["elsewhere"],
  chart_name: ["other"],
  chart_version: ["1.2.3"],
  workspace_path: ["elsewhere"],
  container_version: ["24.10"],
  framework_docker_image: ["r.io/f:1"],
  triton_docker_image: ["r.io/t:1"],
  inputs: ["x:-1,3:float32"],
  outputs: ["y:-1:int64"],
  target_formats: ["onnx"],
  max_shapes: ["x=8,3"],
  value_ranges: ["x=0,255", "-1.0,1.0"],
  dtypes: ["x=int8"],
  random_seed: ["7"],
  max_batch_size: ["64"],
  batching: ["dynamic"],
  preferred_batch_sizes: ["4", "8"],
  max_queue_delay_us: ["100"],
  engine_count_per_device: ["gpu=2"],
  archive_max_bytes: ["1000000000"],
  archive_max_entries: ["10"],
  archive_max_ratio: ["100"],
  batch_sizes: ["1", "2"],
  concurrency: ["3"],
  measurement_seconds: ["2.5"],
  ready_seconds: ["9"],
};

/** Some options have an effect, or are allowed, only beside another one. */
const BESIDE: Partial<Record<ConfigKey, Record<string, string[]>>> = {
  preferred_batch_sizes: { batching: ["dynamic"] },
  max_queue_delay_us: { batching: ["dynamic"] },
};

/** Everything that `create` would write, as one text. */
function outcome(flags: Record<string, string[]>): string {
  const all = { model_name: ["m"], model_path: ["m.onnx"], ...flags };
  const words = Object.entries(all).map(([key, words]) => ({ key, words }));
  const config = loadSettings({
    options: configOptions,
    sources: [fromFlags(configOptions, words)],
  }) as Config;
  const model = chartModel(config, planVariant(config));
  const { templates } = fakeWorld();
  const [inference, tester, toolkit, image] = ["inference", "tester", "toolkit", "image"]
    .map((folder) => templates.read(folder));
  const tree = renderChart(model, {
    inference: inference!,
    tester: tester!,
    toolkit: toolkit!,
    image: image!,
  });
  return JSON.stringify([chartsDirectory(config), chartDirectoryName(config), ...tree]);
}

for (const key of Object.keys(configOptions) as ConfigKey[]) {
  Deno.test(`${key} changes what create writes`, () => {
    ok(EXAMPLES[key], "a new option needs an example here");
    const beside = BESIDE[key] ?? {};
    equal(outcome({ ...beside, [key]: EXAMPLES[key] }) === outcome(beside), false);
  });
}
