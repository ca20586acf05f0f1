/** What a ZIP archive is by the names in it: files to unpack, or a PyTorch file of its own. */

import { UserError } from "../../errors.ts";
import type { ZipItem } from "./zip_rules.ts";

export type ArchiveKind = "torchscript" | "files";

/**
 * PyTorch writes `<dir>/data.pkl` and `<dir>/version`, TorchScript `<dir>/constants.pkl` too:
 * https://docs.pytorch.org/docs/stable/notes/serialization.html
 * @throws UserError for a pickled module or state dict
 */
export function archiveKind(items: readonly ZipItem[], name: string): ArchiveKind {
  const names = new Set(items.map((item) => item.name));
  const folder = [...names].find((path) => /^[^/]+\/data\.pkl$/.test(path))?.split("/")[0];
  if (folder === undefined || !names.has(`${folder}/version`)) return "files";
  if (names.has(`${folder}/constants.pkl`)) return "torchscript";
  throw new UserError({
    what: `${name} is a pickled module or state dict, not TorchScript`,
    hint: "save it with torch.jit.script(model).save(…) or torch.jit.trace(model, …).save(…)",
  });
}
