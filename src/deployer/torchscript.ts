/** Opens a TorchScript file as far as it tells what it is, and what its `forward` takes. */

import { classOf, type Forward, forwardIn } from "../model/forward.ts";
import type { RandomAccessFile } from "../world.ts";
import { withArchive } from "./unpack/archive_error.ts";
import { type ArchiveKind, archiveKind } from "./unpack/archive_kind.ts";
import type { ZipArchive } from "./unpack/zip.ts";

export interface OpenedZip {
  readonly kind: ArchiveKind;
  /** Undefined where the file does not tell. */
  readonly forward: Forward | undefined;
}

/** More Python than any module has: it is held in memory. */
const MAX_SOURCE = 16 * 2 ** 20;

/** @throws UserError for an archive that cannot be read, and for a pickled module or state dict */
export async function openTorchScript(file: RandomAccessFile, name: string): Promise<OpenedZip> {
  const { openZip } = await import("./unpack/zip.ts");
  return await withArchive(name, async () => {
    const archive = await openZip(file);
    const kind = await archiveKind(archive, name);
    return { kind, forward: kind === "torchscript" ? await readForward(archive) : undefined };
  });
}

async function readForward(archive: ZipArchive): Promise<Forward | undefined> {
  const pickle = await read(archive, (path) => /^[^/]+\/data\.pkl$/.test(path));
  const found = pickle && classOf(pickle);
  if (found === undefined) return undefined;
  const end = `/code/${found.module.replaceAll(".", "/")}.py`;
  const source = await read(archive, (path) => path.endsWith(end) && !path.startsWith("/"));
  return source && forwardIn(new TextDecoder().decode(source), found.name);
}

async function read(
  archive: ZipArchive,
  isWanted: (path: string) => boolean,
): Promise<Uint8Array | undefined> {
  for await (const item of archive.items()) {
    if (!isWanted(item.name) || item.size > MAX_SOURCE) continue;
    const parts = await Array.fromAsync(archive.read(item));
    return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
  }
  return undefined;
}
