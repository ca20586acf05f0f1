/** `--rank N` → the chart in that place of the ranking that `create --results` wrote. */

import { join } from "node:path";
import { UserError } from "../errors.ts";
import { INDEX, parseIndex } from "../ranking/index_file.ts";
import type { Files } from "../world.ts";
import { type ChartTree, treeAt } from "./chart_tree.ts";

/** @param folder that of the charts */
export async function findRanked(
  folder: string,
  rank: number,
  files: Files,
): Promise<ChartTree> {
  const path = join(folder, INDEX);
  const isThere = await files.kind(path) === "file";
  const directories = isThere ? parseIndex(await files.readText(path)) : undefined;
  if (directories === undefined) {
    throw new UserError({
      where: "--rank",
      what: isThere ? `${path} cannot be read` : `there is no ${path}`,
      hint: "`create --results FILE …` makes charts and ranks them; name their folder as CHART",
    });
  }
  const directory = directories[rank - 1];
  if (directory === undefined) {
    const many = directories.length === 1 ? "one chart" : `${directories.length} charts`;
    throw new UserError({ where: "--rank", what: `is ${rank}, and ${path} ranks ${many}` });
  }
  const tree = await treeAt(join(folder, directory), files);
  if (tree) return tree;
  throw new UserError({
    where: "--rank",
    what: `${path} names ${directory}, which is not there any more`,
    hint: "make the charts again with `create --results`",
  });
}
