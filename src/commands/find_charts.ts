/** The words PATH… of `lint` → the Helm charts that they mean. */

import { basename, dirname, join, relative } from "node:path";
import { onDisk } from "../deployer/disk_error.ts";
import { UserError } from "../errors.ts";
import { inferenceChart, testerChart } from "../plan/names.ts";
import type { Files } from "../world.ts";
import { type ChartTree, treeAt, treesIn } from "./chart_tree.ts";
import { type Effects, findChart, isPackage } from "./find_chart.ts";
import { openChart } from "./open_package.ts";
import { realKind } from "./real_place.ts";

export interface ChartDirectory {
  readonly path: string;
  /** As the user knows it, who gave an archive perhaps. */
  readonly shown: string;
  /** The image that the tree's Dockerfile begins with, when the chart lies in a tree. */
  readonly framework: string | undefined;
  /** The values that the user gives are for it. Not for a tester that nobody has named. */
  readonly takesValues: boolean;
}

/** Archives are unpacked meanwhile. */
export async function withCharts(
  words: readonly string[],
  world: Effects,
  deed: (charts: readonly ChartDirectory[]) => Promise<void>,
): Promise<void> {
  if (!words.some(isPackage)) return await deed(await findCharts(words, { world }));
  const unpacked = await onDisk(
    "make a temporary folder",
    () => world.files.makeTemporary("helm-navigator-"),
  );
  try {
    await deed(await findCharts(words, { unpacked, world }));
  } finally {
    await world.files.remove(unpacked);
  }
}

interface Search {
  /** Where archives go. */
  readonly unpacked?: string;
  readonly world: Effects;
}

/**
 * Every word is a tree that `create` made, a folder of such trees, a chart in one, any other chart,
 * or the archive of a tree or a chart; with none, the chart in the current directory, else the tree
 * that the other verbs take.
 */
async function findCharts(
  words: readonly string[],
  { unpacked, world }: Search,
): Promise<readonly ChartDirectory[]> {
  const { files } = world;
  if (words.length === 0) {
    const here = await isChart(".", files) ? "." : (await findChart(undefined, world)).path;
    return findCharts([here], { world });
  }
  const charts: ChartDirectory[] = [];
  const problems: string[] = [];
  for (const [index, word] of words.entries()) {
    const isArchive = unpacked !== undefined && isPackage(word) &&
      await realKind(word, files) === "file";
    const path = isArchive ? await openChart(word, join(unpacked, `${index}`), world) : word;
    const found = (await chartsAt(path, files)).map((chart) =>
      isArchive ? { ...chart, shown: join(word, relative(path, chart.path)) } : chart
    );
    if (found.length === 0) problems.push(word);
    charts.push(...found);
    // Helm would look for what is not there in a repository.
    for (const { path, shown } of found) if (!await isChart(path, files)) problems.push(shown);
  }
  if (problems.length === 0) return charts;
  throw new UserError(problems.map((word) => ({
    what: `\`${word}\` is no chart: there is no Chart.yaml in it`,
    hint: "name a directory that `create` made, a folder of such, a Helm chart, or its archive",
  })));
}

async function chartsAt(path: string, files: Files): Promise<readonly ChartDirectory[]> {
  const tree = await treeAt(path, files);
  // Looked at first, so that a swap that was cut off is finished before the chart is looked for.
  const around = await treeAt(dirname(files.absolute(path)), files);
  if (tree) return chartsOf(tree, path, files);
  if (await isChart(path, files)) {
    return [{ path, shown: path, framework: await baseImage(around, files), takesValues: true }];
  }
  if (await realKind(path, files) !== "directory") return [];
  const trees = await treesIn(path, files);
  return (await Promise.all(
    trees.map((each) => chartsOf(each, join(path, basename(each.path)), files)),
  )).flat();
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
  const [inference, tester] = [join(path, inferenceChart(name)), join(path, testerChart(name))];
  return [
    { path: inference, shown: inference, framework, takesValues: true },
    { path: tester, shown: tester, framework, takesValues: false },
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
