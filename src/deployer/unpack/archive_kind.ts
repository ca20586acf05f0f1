/** What a ZIP archive is by the names in it: files to unpack, or a PyTorch file of its own. */

import { UserError } from "../../errors.ts";
import type { ZipArchive } from "./zip.ts";

export type ArchiveKind = "torchscript" | "files";

/**
 * PyTorch writes `<dir>/data.pkl` and `<dir>/version`, TorchScript `<dir>/constants.pkl` too:
 * https://docs.pytorch.org/docs/stable/notes/serialization.html
 * @throws UserError for a pickled module or state dict
 */
export async function archiveKind(archive: ZipArchive, name: string): Promise<ArchiveKind> {
  const telling = new Set<string>();
  for await (const item of archive.items()) {
    if (/^[^/]+\/(data\.pkl|version|constants\.pkl)$/.test(item.name)) telling.add(item.name);
  }
  const folder = [...telling].find((path) => path.endsWith("/data.pkl"))?.split("/")[0];
  if (folder === undefined || !telling.has(`${folder}/version`)) return "files";
  if (telling.has(`${folder}/constants.pkl`)) return "torchscript";
  throw new UserError({
    what: `${name} is a pickled module or state dict, not TorchScript`,
    hint: "save it with torch.jit.script(model).save(…) or torch.jit.trace(model, …).save(…)",
  });
}
