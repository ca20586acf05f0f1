/** What Ctrl-C leaves behind must be known to the user. */

import { Interrupted } from "../errors.ts";

export async function withInterruptNote(note: string, deed: () => Promise<void>): Promise<void> {
  try {
    await deed();
  } catch (error) {
    throw error instanceof Interrupted ? new Interrupted(error.exitCode, note) : error;
  }
}
