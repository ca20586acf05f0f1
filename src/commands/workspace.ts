/** The workspace of `create`: marked when we made it, and emptied only then. */

import { join, relative } from "node:path";
import type { Where } from "../config/load.ts";
import type { Config, PartialConfig } from "../config/schema.ts";
import type { Problem } from "../errors.ts";
import type { Files, Staged } from "../world.ts";

const MARKER = ".helm-navigator-workspace";
const MARKER_TEXT =
  "Made by helm-navigator: `create --override-workspace` may empty this folder.\n";

/** What keeps the workspace from being emptied. */
export async function overrideProblems(
  config: PartialConfig & { readonly config_path?: string | undefined },
  where: Where,
  files: Files,
): Promise<Problem[]> {
  const workspace = config.workspace_path;
  if (!config.override_workspace || workspace === undefined) return [];
  const problems: Problem[] = [];
  for (const key of ["model_path", "config_path"] as const) {
    const path = config[key];
    if (path === undefined || !await lies(path, workspace, files)) continue;
    problems.push({
      where: where(key),
      what: `\`${path}\` lies in the workspace that \`--override-workspace\` would empty`,
      hint: "move it out of the workspace, or leave out `--override-workspace`",
    });
  }
  if (!await isOurs(workspace, files)) {
    problems.push({
      where: where("override_workspace"),
      what: `\`${workspace}\` was not made by helm-navigator (it has no ${MARKER})`,
      hint: "give another `--workspace-path`, or empty it by hand",
    });
  }
  return problems;
}

/** Removes all but what is staged and what will be swapped out. */
export async function clearWorkspace(
  config: Config,
  { trees }: Staged,
  files: Files,
): Promise<void> {
  const { workspace_path: workspace } = config;
  if (await files.kind(workspace) === undefined) return;
  await files.clear(workspace, [
    `${workspace}/${MARKER}`,
    ...trees.flatMap(({ path, target }) => [path, target]),
  ]);
}

/** A workspace that holds nothing but what is staged in it is ours from now on. */
export async function markWorkspace(
  { workspace_path: workspace }: Config,
  { scratch, trees }: Staged,
  files: Files,
): Promise<void> {
  let folder = files.absolute(workspace);
  const way = relative(folder, files.absolute(scratch)).split("/").filter((part) => part !== "");
  if (way[0] === "..") return;
  for (const part of way) {
    if ((await files.list(folder)).length !== 1) return;
    folder = join(folder, part);
  }
  if ((await files.list(folder)).length !== trees.length) return;
  await files.writeText(`${workspace}/${MARKER}`, MARKER_TEXT);
}

/** Nothing there is ours, too. */
async function isOurs(workspace: string, files: Files): Promise<boolean> {
  if (await files.kind(`${workspace}/${MARKER}`) === "file") return true;
  return (await files.list(workspace)).length === 0;
}

async function lies(path: string, folder: string, files: Files): Promise<boolean> {
  const real = (one: string) => files.realPath(one).catch(() => files.absolute(one));
  return `${await real(path)}/`.startsWith(`${await real(folder)}/`);
}
