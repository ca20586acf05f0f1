/** From what was fetched to the model in it: an archive is unpacked, a folder searched. */

import type { Files, RandomAccessFile, World } from "../../world.ts";
import { withArchive } from "./archive_error.ts";
import { archiveKind } from "./archive_kind.ts";
import type { ArchiveLimits } from "./archive_rules.ts";
import { byteReader } from "./byte_reader.ts";
import { isTarKind } from "./decompress.ts";
import { type FoundModel, modelInFolder } from "../model_folder.ts";
import { printSize, stepProgress } from "../progress.ts";
import { sniff, SNIFFED_BYTES } from "./sniff.ts";
import { unpackTar, type UnpackTarget, unpackZip } from "./unpack_archive.ts";

export interface UnpackRequest {
  /** What messages call the object. */
  readonly name: string;
  /** A directory that is not there yet; gone again when this fails. */
  readonly into: string;
  readonly limits: ArchiveLimits;
}

const CHUNK = 64 * 1024;

type Effects = Pick<World, "files" | "signal" | "streams" | "now">;

/** @param path a file, or a folder on this machine */
export async function unpackFile(
  path: string,
  request: UnpackRequest,
  world: Effects,
): Promise<FoundModel> {
  const { files } = world;
  const { name } = request;
  if (await files.kind(path) === "directory") return await modelInFolder(path, { name, files });
  const file = await files.open(path);
  try {
    const kind = sniff(await file.readAt(0, SNIFFED_BYTES));
    if (isTarKind(kind)) {
      const archive = { chunks: chunksOf(file), kind };
      return await reported(
        file.size,
        { ...request, world },
        (target) => unpackTar(archive, target),
      );
    }
    if (kind === "zip") return await unpackZipFile(file, { ...request, path }, world);
    return { kind: "file", path, name };
  } finally {
    file.close();
  }
}

/**
 * Unpacks a TAR archive while it comes; undefined when it is something else. Once this has ended
 * well, all of the archive has been read; when it fails, the stream is cancelled, and an error of
 * the stream itself is thrown as it is.
 */
export async function unpackStream(
  stream: ReadableStream<Uint8Array>,
  request: UnpackRequest,
  world: Effects,
): Promise<FoundModel | undefined> {
  const incoming = stream.getReader();
  const reader = byteReader(chunksOfStream(incoming));
  try {
    const kind = sniff(await reader.ahead(SNIFFED_BYTES));
    if (!isTarKind(kind)) return undefined;
    const archive = { chunks: reader.rest(), kind };
    const target = { ...request, ...world, onBytes: () => {} };
    return await unpacked(request, world.files, () => unpackTar(archive, target));
  } finally {
    await incoming.cancel().catch(() => {});
  }
}

async function unpackZipFile(
  file: RandomAccessFile,
  { path, ...request }: UnpackRequest & { readonly path: string },
  world: Effects,
): Promise<FoundModel> {
  const { name, limits } = request;
  const { openZip } = await import("./zip.ts");
  const archive = await withArchive(name, () => openZip(file, limits.entries));
  const kind = await withArchive(name, () => archiveKind(archive, name));
  if (kind === "torchscript") return { kind: "file", path, name };
  return await reported(
    archive.size,
    { ...request, world },
    (target) => unpackZip(archive, target),
  );
}

/** @param total how many bytes the deed will report */
async function reported(
  total: number,
  { world, ...request }: UnpackRequest & { readonly world: Effects },
  deed: (target: UnpackTarget) => Promise<string>,
): Promise<FoundModel> {
  world.streams.err(`unpack ${request.name}: ${printSize(total)}`);
  const progress = stepProgress("unpack", world);
  let done = 0;
  const onBytes = (count: number) => progress.report(done += count, total);
  try {
    const target = { ...request, ...world, onBytes };
    return await unpacked(request, world.files, () => deed(target));
  } finally {
    progress.end();
  }
}

/** The model in what the deed, which returns the name at the top, has unpacked. */
async function unpacked(
  { name, into }: UnpackRequest,
  files: Files,
  deed: () => Promise<string>,
): Promise<FoundModel> {
  try {
    const top = await withArchive(name, deed);
    const inner = { path: `${into}/${top}`, name: `${name}/${top}` };
    return await files.kind(inner.path) === "directory"
      ? await modelInFolder(inner.path, { name: inner.name, files })
      : { kind: "file", ...inner };
  } catch (error) {
    await files.remove(into);
    throw error;
  }
}

async function* chunksOfStream(reader: ReadableStreamDefaultReader<Uint8Array>) {
  for (let next; !(next = await reader.read()).done;) yield next.value;
}

async function* chunksOf(file: RandomAccessFile): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += CHUNK) yield await file.readAt(at, CHUNK);
}
