/** One writer of a directory at a time. */

import { dirname, resolve } from "node:path";
import { ifThere } from "./paths.ts";

/** Makes the directory where it is missing. What it returns gives the directory back. */
export type DirectoryLock = (path: string) => Promise<() => void>;

const PATIENCE_MS = 1000;

/**
 * A lock on the directory itself: no lock file stays behind, and the kernel frees it after a kill.
 * Directories that were made for it and are still empty are taken away when it is given back.
 */
export function directoryLock(signal: AbortSignal, say: (text: string) => void): DirectoryLock {
  return async (path) => {
    for (;;) {
      const made = missing(path);
      if (made.length > 0) Deno.mkdirSync(path, { recursive: true });
      const directory = open(path);
      if (directory === undefined) continue;
      await granted(directory, { path, signal, say });
      const giveBack = () => {
        made.every(removeEmpty);
        directory.close();
      };
      if (isStill(path, directory)) return giveBack;
      // Whoever held it has taken it away: the lock is on a directory that nobody sees.
      directory.close();
    }
  };
}

interface Waiting {
  readonly path: string;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

async function granted(directory: Deno.FsFile, { path, signal, say }: Waiting): Promise<void> {
  const patience = setTimeout(
    () => say(`waiting for another run to finish in ${path}`),
    PATIENCE_MS,
  );
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
  });
  const locking = directory.lock(true);
  try {
    await Promise.race([locking, aborted]);
  } catch (error) {
    // The request cannot be taken back: it ends with the process, or with the other run.
    locking.finally(() => directory.close()).catch(() => {});
    throw error;
  } finally {
    clearTimeout(patience);
    signal.removeEventListener("abort", stop);
  }
}

/** The directories that are not there, the innermost first. */
function missing(path: string): string[] {
  const found: string[] = [];
  for (let at = resolve(path); stat(at) === undefined; at = dirname(at)) found.push(at);
  return found;
}

function open(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function isStill(path: string, directory: Deno.FsFile): boolean {
  const [named, locked] = [stat(path), directory.statSync()];
  return named?.ino === locked.ino && named?.dev === locked.dev;
}

function stat(path: string): Deno.FileInfo | undefined {
  return ifThere(() => Deno.statSync(path));
}

function removeEmpty(directory: string): boolean {
  try {
    Deno.removeSync(directory);
    return true;
  } catch {
    return false; // Somebody uses it.
  }
}
