/** Opens a TorchScript file as far as it tells what it is, and what its `forward` takes. */

import { classOf, type Forward, forwardIn } from "../model/forward.ts";
import type { RandomAccessFile } from "../world.ts";
import { withArchive } from "./unpack/archive_error.ts";
import { type ArchiveKind, archiveKind } from "./unpack/archive_kind.ts";
import type { ZipArchive } from "./unpack/zip.ts";
import type { ZipItem } from "./unpack/zip_rules.ts";

export interface OpenedZip {
  readonly kind: ArchiveKind;
  /** Undefined where the file does not tell. */
  readonly forward: Forward | undefined;
}

/** More Python than any module has: it is held in memory. */
const MAX_SOURCE = 4 * 2 ** 20;

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
  const pickle = await find(archive, (path) => /^[^/]+\/data\.pkl$/.test(path));
  if (pickle === undefined) return undefined;
  const found = classOf(await beginning(archive.read(pickle)));
  if (found === undefined) return undefined;
  const end = `/code/${found.module.replaceAll(".", "/")}.py`;
  const code = await find(archive, (path) => path.endsWith(end) && !path.startsWith("/"));
  if (code === undefined || code.size > MAX_SOURCE) return undefined;
  const parts = await Array.fromAsync(archive.read(code));
  const source = await new Blob(parts as Uint8Array<ArrayBuffer>[]).text();
  return forwardIn(source, found.name);
}

async function beginning(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  for await (const chunk of chunks) return chunk;
  return new Uint8Array();
}

async function find(
  archive: ZipArchive,
  isWanted: (path: string) => boolean,
): Promise<ZipItem | undefined> {
  for await (const item of archive.items()) if (isWanted(item.name)) return item;
  return undefined;
}
