/** A dead option fails the build: each one must change some file of the charts, or where they go. */

import { chartModel } from "../../../src/chart/chart_model.ts";
import { renderChart } from "../../../src/chart/render.ts";
import { createWarnings } from "../../../src/commands/create_warnings.ts";
import { rankingOptions } from "../../../src/config/ranking_options.ts";
import { type ConfigKey, configOptions } from "../../../src/config/schema.ts";
import { planCharts } from "../../../src/plan/charts.ts";
import { chartsDirectory } from "../../../src/plan/names.ts";
import { planVariants } from "../../../src/plan/variant.ts";
import { byFlag, configFrom } from "../../support/settings.ts";
import { equal, ok } from "../../support/assert.ts";
import { fakeWorld } from "../../support/fake_world.ts";

const EXAMPLES: Partial<Record<ConfigKey, string[]>> = {
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
  gpus: ["0", "1"],
  inputs: ["x:-1,3:float32"],
  outputs: ["y:-1:int64"],
  target_formats: ["trt"],
  onnx_opsets: ["17"],
  tensorrt_precisions: ["int8"],
  tensorrt_precisions_mode: ["single"],
  tensorrt_explicit_precision: ["true"],
  tensorrt_sparse_weights: ["true"],
  tensorrt_max_workspace_size: ["1000000"],
  atol: ["1e-4", "y=0.1"],
  rtol: ["1e-4"],
  min_shapes: ["x=1,3"],
  opt_shapes: ["x=4,3"],
  max_shapes: ["x=8,3"],
  value_ranges: ["x=0,255", "-1.0,1.0"],
  dtypes: ["x=int8"],
  random_seed: ["7"],
  max_batch_size: ["64"],
  batching: ["dynamic"],
  preferred_batch_sizes: ["4", "8"],
  max_queue_delay_us: ["100"],
  backend_accelerator: ["openvino"],
  tensorrt_precision: ["fp16"],
  tensorrt_capture_cuda_graph: ["true"],
  engine_count_per_device: ["gpu=2"],
  archive_max_bytes: ["1000000000"],
  archive_max_entries: ["10"],
  archive_max_ratio: ["100"],
  batch_sizes: ["1", "2"],
  concurrency: ["3"],
  measurement_seconds: ["2.5"],
  deadline_seconds: ["900"],
  ready_seconds: ["9"],
  protocol: ["grpc"],
  threshold: ["p99:max=20ms", "errors:max=0"],
};

/** Some options have an effect, or are allowed, only beside another one. */
const BESIDE: Partial<Record<ConfigKey, Record<string, string[]>>> = {
  preferred_batch_sizes: { batching: ["dynamic"] },
  max_queue_delay_us: { batching: ["dynamic"] },
  tensorrt_precision: { backend_accelerator: ["trt"] },
  tensorrt_capture_cuda_graph: { target_formats: ["trt"] },
};

/** Everything that `create` would write, and say, as one text. */
async function outcome(flags: Record<string, string[]>): Promise<string> {
  const config = configFrom({ model_path: "m.onnx", ...flags });
  const plan = planVariants(config, { where: byFlag });
  const charts = planCharts(config, plan, { all: false });
  const world = fakeWorld();
  const { templates } = world;
  const [inference, tester, toolkit, image] = ["inference", "tester", "toolkit", "image"]
    .map((folder) => templates.read(folder));
  const tree = renderChart(chartModel(config, charts[0]!), {
    inference: inference!,
    tester: tester!,
    toolkit: toolkit!,
    image: image!,
  });
  const warnings = await createWarnings(config, { plan, charts }, world);
  return JSON.stringify([chartsDirectory(config), charts[0]!.directory, ...tree, ...warnings]);
}

/** What the verb itself does with the option is tested with the verb. */
const ELSEWHERE: readonly ConfigKey[] = [
  "output_package",
  "override_workspace",
  "verbose",
  ...Object.keys(rankingOptions) as ConfigKey[],
];

for (const key of Object.keys(configOptions) as ConfigKey[]) {
  if (ELSEWHERE.includes(key)) continue;
  Deno.test(`${key} changes what create writes`, async () => {
    ok(EXAMPLES[key], "a new option needs an example here");
    const beside = BESIDE[key] ?? {};
    equal(await outcome({ ...beside, [key]: EXAMPLES[key] }) === await outcome(beside), false);
  });
}
