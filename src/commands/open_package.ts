/** An archive that `create --output-package` wrote → its tree, laid out beside the archive. */

import { basename, dirname, join } from "node:path";
import { ToolError } from "../errors.ts";
import { systemReason } from "../text/clean.ts";
import type { World } from "../world.ts";

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
  const { tree } = await unpackTree(await files.readBytes(path), path);
  const whole = new Map(tree);
  if (templates.binary) whole.set("toolkit/helm-navigator", { linkTo: templates.binary });
  const scratch = join(dirname(files.absolute(path)), ".helm-navigator");
  const target = join(scratch, basename(path).replace(/\.(tgz|tar\.gz)$/, ""));
  try {
    await files.publish(await files.stage(new Map([[target, whole]]), scratch));
  } catch (error) {
    throw new ToolError(`cannot unpack ${path} to ${scratch}: ${systemReason(error)}`, {
      hint: "copy the archive to a folder that you can write to",
    });
  }
  return target;
}
