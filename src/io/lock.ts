/** One writer of a directory at a time. */

export type DirectoryLock = (path: string) => Promise<Deno.FsFile>;

const PATIENCE_MS = 1000;

/**
 * A lock on the directory itself: no lock file stays behind, and the kernel frees it after a kill.
 * Closing the file gives it back.
 */
export function directoryLock(signal: AbortSignal, say: (text: string) => void): DirectoryLock {
  return async (path) => {
    const directory = Deno.openSync(path, { read: true });
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
      return directory;
    } catch (error) {
      // The request cannot be taken back: it ends with the process, or with the other run.
      locking.finally(() => directory.close()).catch(() => {});
      throw error;
    } finally {
      clearTimeout(patience);
      signal.removeEventListener("abort", stop);
    }
  };
}
