/** Writes a new file piece by piece, while whoever makes the pieces goes on. */

import type { NewFile } from "../world.ts";

/** What is done before a file counts as written. */
export type Sync = (file: Deno.FsFile) => Promise<void>;

export const waitForDisk: Sync = (file) => file.syncData();
export const goOn: Sync = () => Promise.resolve();

/** Below it a thread costs more than the write. */
const SMALL = 32 * 1024;
/** Bytes after which the disk is set to work, so that little is left to wait for at the end. */
const FLUSH_EVERY = 32 * 2 ** 20;

/** One write is under way at a time; what went wrong in it is told by the next call. */
export async function createFile(path: string, sync: Sync): Promise<NewFile> {
  const file = await Deno.open(path, { write: true, createNew: true, mode: 0o644 });
  let writing = Promise.resolve();
  let flushing = Promise.resolve();
  let unflushed = 0;
  const settled = () => Promise.allSettled([writing, flushing]);
  return {
    write: async (bytes) => {
      await writing;
      unflushed += bytes.length;
      if (bytes.length < SMALL) return writeSync(file, bytes);
      writing = write(file, bytes);
      writing.catch(() => {});
      if (unflushed < FLUSH_EVERY) return;
      unflushed = 0;
      await flushing;
      flushing = writing.then(() => sync(file));
      flushing.catch(() => {});
    },
    close: async () => {
      try {
        await writing;
        await flushing;
        await sync(file);
      } finally {
        await settled();
        file.close();
      }
    },
    abandon: async () => {
      await settled();
      file.close();
    },
  };
}

async function write(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}

function writeSync(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}
