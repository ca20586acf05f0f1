/** The words RELEASE and CHART of a verb → the generated tree they mean, and the release's name. */

import { basename, dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { inferenceChart, isReleaseName } from "../plan/names.ts";
import type { Files, World } from "../world.ts";
import { type ChartTree, treeAt, treesIn } from "./chart_tree.ts";
import { openPackage } from "./open_package.ts";
import { realKind } from "./real_place.ts";

export interface FoundWords {
  readonly release: string | undefined;
  readonly chart: string | undefined;
}

const DEFAULT_CHARTS = "navigator_workspace/charts";

export type Effects = Pick<World, "files" | "templates">;

/** A word that is an existing directory or archive, or a link to one, is CHART, any other RELEASE. */
export async function sortWords(words: readonly string[], files: Files): Promise<FoundWords> {
  const releases: string[] = [];
  const charts: string[] = [];
  for (const word of words) {
    const kind = await realKind(word, files);
    const isChart = kind === "directory" || kind === "file" && isPackage(word);
    (isChart ? charts : releases).push(word);
  }
  const [release, chart] = [releases[0], charts[0]];
  if (releases.length > 1 || charts.length > 1) {
    const what = releases.length > 1
      ? `\`${releases[1]}\` is neither a directory nor the first release named`
      : `\`${charts.join("` and `")}\` are both charts`;
    throw new UserError({ what, hint: "give one RELEASE and one CHART" });
  }
  if (release !== undefined && !isReleaseName(release)) {
    throw new UserError({
      what: `\`${release}\` is neither a directory nor a release name`,
      hint:
        "a release's name is a-z, 0-9 and `-`, begins with a letter, at most 53; `create` makes a chart",
    });
  }
  return { release, chart };
}

export interface Place {
  /** In the ranking of `create --results`. */
  readonly rank?: number | undefined;
}

/** The tree named, else the current directory, else the only one in the default workspace. */
export async function findChart(
  chart: string | undefined,
  world: Effects,
  { rank }: Place = {},
): Promise<ChartTree> {
  const { files } = world;
  if (rank !== undefined) {
    const { findRanked } = await import("./find_ranked.ts");
    return await findRanked(chart ?? DEFAULT_CHARTS, rank, files);
  }
  if (chart !== undefined) {
    const tree = isPackage(chart)
      ? await treeAt(await openPackage(chart, world), files)
      : await treeAt(chart, files) ?? await treeAt(dirname(files.absolute(chart)), files);
    if (tree) return tree;
    throw new UserError({
      what: `\`${chart}\` is not a chart that \`create\` generated`,
      hint: "name the directory that holds the Dockerfile and the two charts, or its archive",
    });
  }
  const here = await treeAt(".", files) ?? await treeAt("..", files);
  if (here && (files.absolute(".") === here.path || await files.kind("Chart.yaml"))) return here;
  const candidates = await treesIn(DEFAULT_CHARTS, files);
  if (candidates.length === 1) return candidates[0]!;
  throw new UserError(
    candidates.length === 0
      ? {
        what: `there is no generated chart here, nor in ${DEFAULT_CHARTS}`,
        hint: "generate one with `create`, or name its directory",
      }
      : {
        what: `there are several charts in ${DEFAULT_CHARTS}`,
        hint: `name one (or its \`--rank\`): ${
          candidates.map((c) => join(DEFAULT_CHARTS, basename(c.path))).join(", ")
        }`,
      },
  );
}

/** For verbs that need the chart in any case. */
export async function findRelease(
  words: readonly string[],
  world: Effects,
  place: Place = {},
): Promise<{ readonly tree: ChartTree; readonly release: string }> {
  const found = await sortWords(words, world.files);
  const tree = await findChart(found.chart, world, place);
  return { tree, release: found.release ?? inferenceChart(tree.marker.name) };
}

export async function releaseOf(
  { release, chart }: FoundWords,
  world: Effects,
  place: Place = {},
): Promise<string> {
  return release ?? inferenceChart((await findChart(chart, world, place)).marker.name);
}

export function isPackage(word: string): boolean {
  return /[^./]\.(tgz|tar\.gz)$/.test(word);
}
