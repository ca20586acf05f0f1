/** What a ZIP archive is by the names in it: files to unpack, or a PyTorch file of its own. */

import { UserError } from "../errors.ts";
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

/** @throws UserError unless the archive holds one file or one directory at its top */
export function topEntry(items: readonly ZipItem[], name: string): string {
  const tops = [...new Set(items.map((item) => item.name.replace(/^(\.\/)+/, "").split("/")[0]!))]
    .filter((top) => top !== "" && top !== ".");
  if (tops.length === 1) return tops[0]!;
  const shown = tops.slice(0, 5).map((top) => JSON.stringify(top)).join(", ");
  throw new UserError({
    what: tops.length === 0
      ? `cannot unpack ${name}: the archive holds nothing`
      : `cannot unpack ${name}: the archive holds ${tops.length} top-level entries (${shown}${
        tops.length > 5 ? ", …" : ""
      })`,
    hint: "put the model's file or directory, and nothing else, at the top of the archive",
  });
}
