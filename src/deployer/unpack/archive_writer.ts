/** Writes what an archive holds into a new directory of its own: nothing is followed or replaced. */

import { dirname } from "node:path";
import type { Files } from "../../world.ts";

/** Files that wait for the disk while the next ones are written. */
const MAX_CLOSING = 16;

export interface ArchiveWriter {
  directory(path: string): Promise<void>;
  file(path: string, body: AsyncIterable<Uint8Array>): Promise<void>;
  /** Waits until everything is on disk, or has failed to get there. */
  end(): Promise<void>;
}

/** @param into is made; nothing may be there yet */
export function archiveWriter(into: string, files: Files): ArchiveWriter {
  const made = new Set<string>();
  let closing: Promise<void>[] = [];
  const directory = async (path: string) => {
    if (made.has(path)) return;
    await files.makeDirectory(path === "." ? into : `${into}/${path}`);
    made.add(path);
  };
  const end = async () => {
    const all = closing;
    closing = [];
    const failed = (await Promise.allSettled(all)).find(({ status }) => status === "rejected");
    if (failed !== undefined) throw (failed as PromiseRejectedResult).reason;
  };
  return {
    directory,
    file: async (path, body) => {
      await directory(dirname(path));
      const file = await files.create(`${into}/${path}`);
      try {
        for await (const bytes of body) await file.write(bytes);
      } catch (error) {
        await file.abandon();
        throw error;
      }
      const closed = file.close();
      closed.catch(() => {});
      closing.push(closed);
      if (closing.length >= MAX_CLOSING) await end();
    },
    end,
  };
}
