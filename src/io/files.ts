/** This machine's files; everything that replaces something does it in one step. */

import { basename, dirname, join, resolve } from "node:path";
import type { Files, PartFile, RandomAccessFile } from "../world.ts";
import { bootThatKeeps } from "./boot.ts";
import { type DirectoryLock, directoryLock } from "./lock.ts";
import { createFile, goOn, type Sync, waitForDisk } from "./new_file.ts";
import { clear, clearable, kind, remove } from "./paths.ts";
import { swapWith } from "./swap.ts";

/** @param say tells the user why nothing happens while another run holds a lock */
export function realFiles(
  signal: AbortSignal = new AbortController().signal,
  say: (text: string) => void = () => {},
): Files {
  return filesWith(directoryLock(signal, say), undefined);
}

function filesWith(lockDirectory: DirectoryLock, boot: string | undefined): Files {
  const sync = boot === undefined ? waitForDisk : goOn;
  return {
    boot,
    untilBoot: async (folders) => filesWith(lockDirectory, await bootThatKeeps(folders)),
    flush: async (path) => {
      using file = await Deno.open(path);
      await waitForDisk(file);
    },
    readText: (path) => Deno.readTextFile(path),
    readBytes: (path) => Deno.readFile(path),
    kind,
    // deno-lint-ignore require-await
    list: async (path) => {
      try {
        return Array.from(Deno.readDirSync(path), (entry) => entry.name).sort();
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return [];
        throw error;
      }
    },
    absolute: (path) => resolve(path),
    // deno-lint-ignore require-await
    realPath: async (path) => Deno.realPathSync(path),
    open,
    openPart: (path) => openPart(path, sync),
    create: (path) => createFile(path, sync),
    write: async (path, body, options) => {
      const mode = options?.append ? { append: true } : { createNew: true };
      const file = await Deno.open(path, { write: true, ...mode });
      try {
        await body.pipeTo(file.writable, { preventClose: true });
        await sync(file);
      } finally {
        close(file);
      }
    },
    overwrite: (path, text) => Deno.writeTextFile(path, text, { create: false }),
    writeText: (path, text, options) => {
      const bytes = new TextEncoder().encode(text);
      return replace(path, bytes, { ...options, sync: options?.sync === false ? goOn : sync });
    },
    writeBytes: (path, bytes) => replace(path, bytes, { sync }),
    makeDirectory: (path) => Deno.mkdir(path, { recursive: true }),
    makeTemporary: (prefix) => Deno.makeTempDir({ prefix }),
    lock: lockDirectory,
    remove,
    clearable: (folder, keep) => Promise.resolve(clearable(folder, keep)),
    clear,
    ...swapWith(lockDirectory, sync),
  };
}

/** What is asked of the kernel often is asked at once: a thread for each would cost more. */
// deno-lint-ignore require-await
async function open(path: string): Promise<RandomAccessFile> {
  const file = Deno.openSync(path, { read: true });
  const { size } = file.statSync();
  return {
    size,
    close: () => file.close(),
    readInto: (buffer, offset) => readInto(file, buffer, offset),
    readAt: (offset, length) => {
      const buffer = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      return Promise.resolve(readInto(file, buffer, offset));
    },
  };
}

/** One handle for all writers: the position is set and used in one go. */
async function openPart(path: string, sync: Sync): Promise<PartFile> {
  const file = await Deno.open(path, { read: true, write: true, create: true });
  return {
    writeAt: (offset, bytes) => {
      file.seekSync(offset, Deno.SeekMode.Start);
      for (let rest = bytes; rest.length > 0;) rest = rest.subarray(file.writeSync(rest));
    },
    readInto: (buffer, offset) => readInto(file, buffer, offset),
    // Of a file that is cut to nothing, ext4 sends all to the disk when it is closed (auto_da_alloc).
    resize: (size) => {
      if (file.statSync().size !== size) file.truncateSync(size);
    },
    sync: () => sync(file),
    close: () => file.close(),
  };
}

/** Reads of a local file: a thread for each would cost more than the read. */
function readInto(file: Deno.FsFile, buffer: Uint8Array, offset: number): Uint8Array {
  file.seekSync(offset, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < buffer.length) {
    const count = file.readSync(buffer.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

async function replace(
  path: string,
  bytes: Uint8Array,
  { mode = 0o644, sync }: { readonly mode?: number; readonly sync: Sync },
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}`);
  const file = await Deno.open(temporary, { write: true, createNew: true, mode });
  try {
    await new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeTo(file.writable, {
      preventClose: true,
    });
    await sync(file);
    await Deno.rename(temporary, path);
  } catch (error) {
    await remove(temporary);
    throw error;
  } finally {
    close(file);
  }
}

/** A stream that fails, on a full disk for example, closes its file by itself. */
function close(file: Deno.FsFile): void {
  try {
    file.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
