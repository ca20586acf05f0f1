/** Where paths really lie: a folder may have several names, and a file may not be there yet. */

import { basename, dirname, join } from "node:path";
import type { Files, PathKind } from "../world.ts";

/** What a path leads to; of a link to nothing, that it is a link. */
export async function realKind(path: string, files: Files): Promise<PathKind | undefined> {
  return await files.kind(await files.realPath(path).catch(() => path));
}

export async function liesIn(path: string, folder: string, files: Files): Promise<boolean> {
  const [inner, outer] = [await realPlace(path, files), await realPlace(folder, files)];
  return inner === outer || inner.startsWith(join(outer, "/"));
}

/** The real path of as much as is there, and the rest as it was given. */
async function realPlace(path: string, files: Files): Promise<string> {
  const parent = dirname(path);
  const real = await files.realPath(path).catch(() => undefined);
  if (real !== undefined) return real;
  return parent === path
    ? files.absolute(path)
    : join(await realPlace(parent, files), basename(path));
}

/** The link to nothing that keeps the path from being made, if one does. */
export async function deadLink(path: string, files: Files): Promise<string | undefined> {
  const kind = await files.kind(path);
  const parent = dirname(path);
  if (kind === undefined) return parent === path ? undefined : deadLink(parent, files);
  return kind === "link" && await isDead(path, files) ? path : undefined;
}

function isDead(path: string, files: Files): Promise<boolean> {
  return files.realPath(path).then(() => false, () => true);
}
