/** The trees that `create` has made: what they are, and where they stand. */

import { join } from "node:path";
import { type ChartMarker, MARKER, parseMarker } from "../chart/marker.ts";
import type { Files } from "../world.ts";

export interface ChartTree {
  readonly path: string;
  readonly marker: ChartMarker;
}

/** All trees of a folder, also one that a killed run has left half-swapped. */
export async function treesIn(folder: string, files: Files): Promise<readonly ChartTree[]> {
  const names = (await files.list(folder)).map((name) =>
    name.replace(/^\.(.*)\.navigator-(old|new)$/, "$1")
  );
  const trees: ChartTree[] = [];
  for (const name of new Set(names.filter((name) => !name.startsWith(".")))) {
    const tree = await treeAt(join(folder, name), files);
    if (tree) trees.push(tree);
  }
  return trees;
}

export async function treeAt(path: string, files: Files): Promise<ChartTree | undefined> {
  await files.recover(files.absolute(path));
  if (await files.kind(join(path, MARKER)) !== "file") return undefined;
  const marker = parseMarker(await files.readText(join(path, MARKER)));
  return marker && { path: files.absolute(path), marker };
}
