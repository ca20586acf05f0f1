/** Unpacks an archive into a new directory: every entry is judged before anything of it is written. */

import type { Files } from "../../world.ts";
import {
  type ArchiveEntry,
  archiveJudge,
  type ArchiveLimits,
  entryPath,
  judgeRatio,
} from "./archive_rules.ts";
import { type ArchiveWriter, archiveWriter } from "./archive_writer.ts";
import { byteReader } from "./byte_reader.ts";
import { decompressed, type TarKind } from "./decompress.ts";
import { tarEntries } from "./tar.ts";
import type { ZipArchive } from "./zip.ts";
import { zipEntry } from "./zip_rules.ts";

export interface UnpackTarget {
  /** A directory that is not there yet. */
  readonly into: string;
  readonly limits: ArchiveLimits;
  readonly files: Files;
  readonly signal: AbortSignal;
  /** Called as packed bytes of a TAR, or unpacked ones of a ZIP, are dealt with. */
  readonly onBytes: (count: number) => void;
}

/** Returns the name of the file or directory at the top. */
export async function unpackTar(
  { chunks, kind }: { readonly chunks: AsyncIterable<Uint8Array>; readonly kind: TarKind },
  { into, limits, files, signal, onBytes }: UnpackTarget,
): Promise<string> {
  let packed = 0;
  let unpacked = 0;
  const source = counted(chunks, (count) => {
    signal.throwIfAborted();
    packed += count;
    onBytes(count);
  });
  const weighed = async function* () {
    for await (const chunk of await decompressed(source, kind)) {
      unpacked += chunk.length;
      judgeRatio(packed, unpacked, limits);
      yield chunk;
    }
  };
  const judge = archiveJudge(limits);
  const reader = byteReader(weighed());
  const admitted = async function* () {
    for await (const { body, ...entry } of tarEntries(reader)) {
      yield { path: judge.admit(entry), entry, body };
    }
  };
  try {
    await writeAll(admitted(), archiveWriter(into, files));
    return judge.top();
  } finally {
    await reader.close();
  }
}

/** Returns the name of the file or directory at the top. All of it is judged before anything is written. */
export async function unpackZip(
  archive: ZipArchive,
  { into, limits, files, signal, onBytes }: UnpackTarget,
): Promise<string> {
  const top = await judgeZip(archive, limits);
  const onChunk = (count: number) => {
    signal.throwIfAborted();
    onBytes(count);
  };
  const admitted = async function* () {
    for await (const item of archive.items()) {
      const entry = zipEntry(item);
      yield { path: entryPath(entry), entry, body: counted(archive.read(item), onChunk) };
    }
  };
  await writeAll(admitted(), archiveWriter(into, files));
  return top;
}

/** Its name at the top. */
async function judgeZip(archive: ZipArchive, limits: ArchiveLimits): Promise<string> {
  const judge = archiveJudge(limits);
  for await (const item of archive.items()) judge.admit(zipEntry(item));
  judgeRatio(archive.compressedSize, archive.size, limits);
  return judge.top();
}

interface Admitted {
  /** Undefined when the entry is left out. */
  readonly path: string | undefined;
  readonly entry: ArchiveEntry;
  readonly body: AsyncIterable<Uint8Array>;
}

async function writeAll(
  admitted: AsyncIterable<Admitted>,
  writer: ArchiveWriter,
): Promise<void> {
  try {
    for await (const { path, entry, body } of admitted) {
      if (path === undefined) continue;
      if (entry.kind === "directory") await writer.directory(path);
      else await writer.file(path, body);
    }
  } catch (error) {
    await writer.end().catch(() => {});
    throw error;
  }
  await writer.end();
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}
