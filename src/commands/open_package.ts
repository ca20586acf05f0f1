/** An archive that `create --output-package` wrote → its tree, laid out beside the archive. */

import { basename, dirname, join } from "node:path";
import { isDiskError, onDisk } from "../deployer/disk_error.ts";
import { ToolError } from "../errors.ts";
import { systemReason } from "../text/clean.ts";
import type { Files, FileTree, World } from "../world.ts";

/**
 * It stays there, in `.helm-navigator`: the commands of a dry run can be pasted, and the image that
 * was pushed is remembered with it.
 *
 * @throws UserError when it is no such archive
 */
export async function openPackage(
  path: string,
  { files, templates }: Pick<World, "files" | "templates">,
): Promise<string> {
  const { unpackTree } = await import("../chart/package.ts");
  const { tree } = await unpackTree(await read(path, files), path);
  const whole = new Map(tree);
  if (templates.binary) whole.set("toolkit/helm-navigator", { linkTo: templates.binary });
  const scratch = join(dirname(files.absolute(path)), ".helm-navigator");
  const target = join(scratch, basename(path).replace(/\.(tgz|tar\.gz)$/, ""));
  await layOut(whole, { path, target }, { files });
  return target;
}

/**
 * The same for `lint`, which leaves nothing behind, and takes archives of any chart.
 *
 * @param folder a new one
 */
export async function openChart(
  path: string,
  folder: string,
  { files }: Pick<World, "files">,
): Promise<string> {
  const { unpackChart } = await import("../chart/package.ts");
  const { directory, tree } = await unpackChart(await read(path, files), path);
  const target = join(folder, directory);
  await layOut(tree, { path, target }, { files });
  return target;
}

function read(path: string, files: Files): Promise<Uint8Array> {
  return onDisk(`read ${path}`, () => files.readBytes(path));
}

interface Layout {
  readonly path: string;
  readonly target: string;
}

async function layOut(
  tree: FileTree,
  { path, target }: Layout,
  { files }: Pick<World, "files">,
): Promise<void> {
  const scratch = dirname(target);
  try {
    await files.publish(await files.stage(new Map([[target, tree]]), scratch));
  } catch (error) {
    if (!isDiskError(error)) throw error;
    throw new ToolError(`cannot unpack ${path} to ${scratch}: ${systemReason(error)}`, {
      hint: "copy the archive to a folder that you can write to",
    });
  }
}
