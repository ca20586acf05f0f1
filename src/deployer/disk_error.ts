/** Errors of the disk, told from our own mistakes, as errors that a user can act on. */

import { ToolError } from "../errors.ts";

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: "the volume is full: make it larger",
  EDQUOT: "the quota is used up: raise it",
  EROFS: "the volume is mounted read-only",
  EACCES: "check the owner and the permissions of the directory",
  EPERM: "check the owner and the permissions of the directory",
  EXDEV: "the model repository and the directory above it must be on one volume: " +
    "mount the volume one level above the repository",
};

/** Operating system errors carry the name of their number. */
export function isDiskError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && /^E[A-Z0-9]+$/.test((error as { code?: string }).code ?? "");
}

/** Does the deed; an error of the disk in it becomes a ToolError that says what was being done. */
export async function onDisk<T>(doing: string, deed: () => Promise<T>): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    if (!isDiskError(error)) throw error;
    throw new ToolError(`cannot ${doing}: ${error.message}`, { hint: HINTS[error.code] });
  }
}
