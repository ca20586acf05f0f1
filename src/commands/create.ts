/** create: configuration → charts, Dockerfile and toolkit, linted, then swapped in. */

import { basename } from "node:path";
import { chartModel } from "../chart/chart_model.ts";
import { renderChart, type TemplateFolders } from "../chart/render.ts";
import { helmLint } from "../cluster/helm.ts";
import { helmProgram } from "../cluster/target.ts";
import type { Config } from "../config/schema.ts";
import { isDiskError } from "../deployer/disk_error.ts";
import { ToolError } from "../errors.ts";
import type { PlannedChart } from "../plan/charts.ts";
import { chartsDirectory, inferenceChart, testerChart } from "../plan/names.ts";
import { systemReason } from "../text/clean.ts";
import type { FileTree, World } from "../world.ts";
import { chooseCharts } from "./choose_charts.ts";
import { type Created, reportCharts, reportPlan } from "./create_report.ts";
import { createWarnings } from "./create_warnings.ts";
import type { createOptions } from "./options.ts";
import type { RankedCharts } from "./rank_results.ts";
import type { Invocation } from "./verb.ts";
import { clearablePaths, holdWorkspace, type Workspace } from "./workspace.ts";

export async function create(
  { settings, where }: Invocation<typeof createOptions>,
  world: World,
): Promise<void> {
  const config = settings as Config & typeof settings;
  const { plan, charts, ranked } = await chooseCharts(config, where, world.files);
  await showRanking(ranked, world);
  const warnings = await createWarnings(config, { plan, charts }, world);
  for (const text of [...ranked?.warnings ?? [], ...warnings]) {
    world.streams.err(`warning: ${text}`);
  }

  const directory = chartsDirectory(config);
  const templates = readTemplates(world);
  const trees = new Map(charts.map((chart) => [
    `${directory}/${chart.directory}`,
    renderChart(chartModel(config, chart), templates),
  ]));
  if (config.dry_run) {
    const cleared = await clearablePaths(config, [...trees.keys()], world.files);
    return reportPlan({ config, charts, trees, cleared }, world);
  }

  const workspace = await writing(directory, () => holdWorkspace(config, world.files));
  try {
    await replaceCharts({ config, charts, trees, workspace }, world);
    await writeIndex(ranked, config, world);
  } finally {
    workspace?.giveBack();
  }
  reportCharts({ config, charts, trees }, world);
}

interface Replacement extends Created {
  readonly workspace: Workspace | undefined;
}

async function replaceCharts(
  { config, charts, trees, workspace }: Replacement,
  world: World,
): Promise<void> {
  const directory = chartsDirectory(config);
  const staged = await writing(directory, () => world.files.stage(trees, directory));
  try {
    const linted = staged.trees.flatMap(({ path }, index) => helmCharts(path, charts[index]!));
    if (!config.no_lint) await world.exec(helmLint(helmProgram(world.env), linted));
    world.signal.throwIfAborted();
    await writePackage(config.output_package, trees, world);
    await workspace?.keep();
    if (config.override_workspace) {
      await workspace?.clear(staged.trees.flatMap(({ path, target }) => [path, target]));
    }
  } catch (error) {
    await world.files.drop(staged);
    throw error;
  }
  await world.files.publish(staged);
}

async function showRanking(ranked: RankedCharts | undefined, { streams }: World): Promise<void> {
  if (ranked === undefined) return;
  const { printRanking } = await import("../ranking/ranking_table.ts");
  streams.err(printRanking(ranked.ranking, ranked.goal, ranked.charts.length));
}

/** Last: until it is there, an older one names charts that are there still. */
async function writeIndex(
  ranked: RankedCharts | undefined,
  config: Config,
  { files }: World,
): Promise<void> {
  if (ranked === undefined) return;
  const { INDEX, printIndex } = await import("../ranking/index_file.ts");
  const { goal, winners } = ranked;
  const path = `${chartsDirectory(config)}/${INDEX}`;
  const text = printIndex({ model: config.model_name, goal, winners });
  await writing(path, () => files.writeText(path, text));
}

function readTemplates({ templates }: World): TemplateFolders {
  return {
    inference: templates.read("inference"),
    tester: templates.read("tester"),
    toolkit: templates.read("toolkit"),
    image: templates.read("image"),
    binary: templates.binary,
  };
}

function helmCharts(tree: string, { name }: PlannedChart): string[] {
  return [inferenceChart(name), testerChart(name)].map((chart) => `${tree}/${chart}`);
}

async function writing<T>(where: string, deed: () => Promise<T>): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    if (!isDiskError(error)) throw error;
    throw new ToolError(`cannot write to ${where}: ${systemReason(error)}`, {
      hint: "check the permissions and the free space of the directory",
    });
  }
}

/** Only one tree is there when a package is asked for: see `chartProblems`. */
async function writePackage(
  path: string | undefined,
  trees: ReadonlyMap<string, FileTree>,
  { files }: World,
): Promise<void> {
  if (path === undefined) return;
  const { packTree } = await import("../chart/package.ts");
  for (const [target, tree] of trees) {
    const bytes = await packTree({ directory: basename(target), tree });
    await writing(path, () => files.writeBytes(path, bytes));
  }
}
