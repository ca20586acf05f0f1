/** The workspace of `create`: marked when it is made, ours alone meanwhile, and emptied only then. */

import type { Where } from "../config/load.ts";
import type { Config, PartialConfig } from "../config/schema.ts";
import type { Problem } from "../errors.ts";
import { chartsDirectory } from "../plan/names.ts";
import type { Files } from "../world.ts";
import { liesIn } from "./real_place.ts";

/** A folder, so that it can be locked: see `holdWorkspace`. */
const MARKER = ".helm-navigator-workspace";
const README = "Made by helm-navigator: `create --override-workspace` may empty this workspace.\n";

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
    if (path === undefined || !await liesIn(path, workspace, files)) continue;
    problems.push({
      where: where(key),
      what: `\`${path}\` lies in the workspace that \`--override-workspace\` would empty`,
      hint: "move it out of the workspace, or leave out `--override-workspace`",
    });
  }
  if (!await isMarked(workspace, files) && !await isEmpty(workspace, files)) {
    problems.push({
      where: where("override_workspace"),
      what: `\`${workspace}\` was not made by helm-navigator (it has no ${MARKER})`,
      hint: "give another `--workspace-path`, or empty it by hand",
    });
  }
  return problems;
}

export interface Workspace {
  /** Removes all but the charts and the package of this call. */
  clear(targets: readonly string[]): Promise<void>;
  /** Makes its marker last longer than this run. */
  keep(): Promise<void>;
  giveBack(): void;
}

/**
 * One run at a time clears the workspace or makes charts in it: the marker is the lock. Where
 * nothing lies the workspace is marked before anything else is made in it, so that a kill never
 * leaves one of ours that is not known as such; a run that fails takes an unused marker away again.
 *
 * @returns undefined where there is nothing of ours to hold
 */
export async function holdWorkspace(config: Config, files: Files): Promise<Workspace | undefined> {
  const { workspace_path: workspace } = config;
  const marker = `${workspace}/${MARKER}`;
  const isUsed = await liesIn(chartsDirectory(config), workspace, files);
  const isHeld = await isMarked(workspace, files)
    ? isUsed || config.override_workspace
    : isUsed && await isEmpty(workspace, files);
  if (!isHeld) return undefined;
  const giveBack = await files.lock(marker);
  return {
    giveBack,
    clear: (targets) => files.clear(workspace, [...targets, ...kept(config)]),
    keep: async () => {
      const readme = `${marker}/README`;
      if (await files.kind(readme) === undefined) {
        await files.writeText(readme, README, { sync: false });
      }
    },
  };
}

/** What `--override-workspace` would remove. */
export async function clearablePaths(
  config: Config,
  targets: readonly string[],
  files: Files,
): Promise<readonly string[]> {
  const { workspace_path: workspace } = config;
  if (!config.override_workspace) return [];
  const paths = await files.clearable(workspace, [...targets, ...kept(config)]);
  return paths.map((path) => `${workspace}/${path}`);
}

function kept({ workspace_path, output_package }: Config): string[] {
  return [`${workspace_path}/${MARKER}`, ...(output_package === undefined ? [] : [output_package])];
}

async function isMarked(workspace: string, files: Files): Promise<boolean> {
  return await files.kind(`${workspace}/${MARKER}`) === "directory";
}

/** Nothing at all is empty, too. */
async function isEmpty(workspace: string, files: Files): Promise<boolean> {
  return await files.kind(workspace) !== "file" && (await files.list(workspace)).length === 0;
}
