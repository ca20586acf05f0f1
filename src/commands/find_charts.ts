/** The words PATH… of `lint` → the Helm charts that they mean. */

import { dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { inferenceChart, testerChart } from "../plan/names.ts";
import type { Files } from "../world.ts";
import { type ChartTree, type Effects, findChart, isPackage, treeAt } from "./find_chart.ts";
import { openPackage } from "./open_package.ts";

export interface ChartDirectory {
  readonly path: string;
  /** The image that the tree's Dockerfile begins with, when the chart lies in a tree. */
  readonly framework: string | undefined;
  /** The values that the user gives are for it. Not for a tester that nobody has named. */
  readonly takesValues: boolean;
}

/**
 * Every word is a tree that `create` made or its archive, a chart in one, or any other chart; with
 * none, the chart in the current directory, else the tree that the other verbs take.
 */
export async function findCharts(
  words: readonly string[],
  world: Effects,
): Promise<readonly ChartDirectory[]> {
  const { files } = world;
  if (words.length === 0) {
    const here = await isChart(".", files) ? "." : (await findChart(undefined, world)).path;
    return findCharts([here], world);
  }
  const charts: ChartDirectory[] = [];
  const problems: string[] = [];
  for (const word of words) {
    const isArchive = isPackage(word) && await files.kind(word) === "file";
    const path = isArchive ? await openPackage(word, world) : word;
    const tree = await treeAt(path, files);
    // Looked at first, so that a swap that was cut off is finished before the chart is looked for.
    const around = await treeAt(dirname(files.absolute(path)), files);
    if (tree) {
      const found = await chartsOf(tree, path, files);
      charts.push(...found);
      // Helm would look for what is not there in a repository.
      for (const { path } of found) if (!await isChart(path, files)) problems.push(path);
    } else if (await isChart(path, files)) {
      charts.push({ path, framework: await baseImage(around, files), takesValues: true });
    } else problems.push(word);
  }
  if (problems.length === 0) return charts;
  throw new UserError(problems.map((word) => ({
    what: `\`${word}\` is no chart: there is no Chart.yaml in it`,
    hint: "name a directory that `create` made, its archive, or that of a Helm chart",
  })));
}

async function isChart(path: string, files: Files): Promise<boolean> {
  return await files.kind(join(path, "Chart.yaml")) !== undefined;
}

async function chartsOf(
  tree: ChartTree,
  path: string,
  files: Files,
): Promise<readonly ChartDirectory[]> {
  const framework = await baseImage(tree, files);
  const { name } = tree.marker;
  return [
    { path: join(path, inferenceChart(name)), framework, takesValues: true },
    { path: join(path, testerChart(name)), framework, takesValues: false },
  ];
}

async function baseImage(tree: ChartTree | undefined, files: Files): Promise<string | undefined> {
  const path = tree && join(tree.path, "Dockerfile");
  if (path === undefined || await files.kind(path) !== "file") return undefined;
  const text = await files.readText(path);
  const from = /^FROM +(?:--\S+ +)*(\S+)/m.exec(text)?.[1];
  const variable = /^\$\{?(\w+)\}?$/.exec(from ?? "")?.[1];
  return variable === undefined
    ? from
    : new RegExp(`^ARG +${variable}=(\\S+)`, "m").exec(text)?.[1];
}
