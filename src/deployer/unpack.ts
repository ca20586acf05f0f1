/** From what was fetched to the model in it: an archive is unpacked, a folder searched. */

import type { World } from "../world.ts";
import { archiveKind, topEntry } from "./archive_kind.ts";
import { type FoundModel, modelInFolder } from "./model_folder.ts";
import { printSize, stepProgress } from "./progress.ts";
import { sniff } from "./sniff.ts";
import { openZip, type ZipArchive } from "./zip.ts";

export interface UnpackRequest {
  /** A file, or a folder on this machine. */
  readonly path: string;
  readonly name: string;
  /** A directory that is not there yet. */
  readonly into: string;
}

type Effects = Pick<World, "files" | "signal" | "streams" | "now">;

export async function unpack(
  { path, name, into }: UnpackRequest,
  world: Effects,
): Promise<FoundModel> {
  const { files, signal } = world;
  if (await files.kind(path) === "directory") {
    return await modelInFolder(path, { name, files });
  }
  const file = await files.open(path);
  try {
    if (sniff(await file.readAt(0, 4)) !== "zip") return { kind: "file", path, name };
    const archive = await openZip(file, { name, signal });
    if (archiveKind(archive.items, name) === "torchscript") {
      return { kind: "file", path, name };
    }
    const top = topEntry(archive.items, name);
    await unpackAll(archive, { path, name, into }, world);
    const inner = { path: `${into}/${top}`, name: `${name}/${top}` };
    return await files.kind(inner.path) === "directory"
      ? await modelInFolder(inner.path, { name: inner.name, files })
      : { kind: "file", ...inner };
  } finally {
    file.close();
  }
}

async function unpackAll(archive: ZipArchive, { name, into }: UnpackRequest, world: Effects) {
  const total = archive.items.reduce((sum, item) => sum + item.size, 0);
  world.streams.err(`unpack ${name}: ${archive.items.length} entries, ${printSize(total)}`);
  const progress = stepProgress("unpack", world);
  let done = 0;
  await archive.unpack(into, world.files, (count) => progress.report(done += count, total));
  progress.end();
}
