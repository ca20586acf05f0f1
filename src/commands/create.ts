/** create: configuration → charts, Dockerfile and toolkit, linted, then swapped in. */

import { basename } from "node:path";
import { chartModel } from "../chart/chart_model.ts";
import { renderChart, type TemplateFolders } from "../chart/render.ts";
import { helmLint } from "../cluster/helm.ts";
import { helmProgram } from "../cluster/target.ts";
import type { Config } from "../config/schema.ts";
import { ToolError } from "../errors.ts";
import { planCharts, type PlannedChart } from "../plan/charts.ts";
import { chartsDirectory, inferenceChart, testerChart } from "../plan/names.ts";
import { planVariants } from "../plan/variant.ts";
import { systemReason } from "../text/clean.ts";
import type { FileTree, World } from "../world.ts";
import { createWarnings } from "./create_warnings.ts";
import type { createOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";
import { clearWorkspace, markWorkspace } from "./workspace.ts";

export async function create(
  { settings, where }: Invocation<typeof createOptions>,
  world: World,
): Promise<void> {
  const config = settings as Config & typeof settings;
  const plan = planVariants(config, { where });
  const charts = planCharts(config, plan, { all: config.all_variants });
  for (const text of await createWarnings(config, { plan, charts }, world)) {
    world.streams.err(`warning: ${text}`);
  }

  const directory = chartsDirectory(config);
  const templates = readTemplates(world);
  const trees = new Map(charts.map((chart) => [
    `${directory}/${chart.directory}`,
    renderChart(chartModel(config, chart), templates),
  ]));
  if (config.dry_run) return printTrees(trees, world);

  const staged = await writing(directory, () => world.files.stage(trees, directory));
  try {
    const linted = staged.trees.flatMap(({ path }, index) => helmCharts(path, charts[index]!));
    if (!config.no_lint) await world.exec(helmLint(helmProgram(world.env), linted));
    world.signal.throwIfAborted();
    await writePackage(config.output_package, trees, world);
    if (config.override_workspace) await clearWorkspace(config, staged, world.files);
    await markWorkspace(config, staged, world.files);
  } catch (error) {
    await world.files.drop(staged);
    throw error;
  }
  await world.files.publish(staged);
  report(charts, [...trees.keys()].map(world.files.absolute), {
    json: config.output === "json",
    world,
  });
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

function printTrees(trees: ReadonlyMap<string, FileTree>, { streams }: World): void {
  for (const [target, tree] of trees) {
    for (const path of [...tree.keys()].sort()) streams.out(`${target}/${path}`);
  }
}

interface Reporting {
  readonly json: boolean;
  readonly world: World;
}

function report(
  charts: readonly PlannedChart[],
  paths: readonly string[],
  { json, world: { streams } }: Reporting,
): void {
  if (!json) return paths.forEach((path) => streams.out(path));
  const entries = charts.map(({ name, variant }, index) => ({
    path: paths[index],
    name,
    variant: variant.name,
    format: variant.target,
  }));
  streams.out(JSON.stringify(entries, null, 2));
}
