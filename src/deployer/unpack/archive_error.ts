/** What keeps an archive from being unpacked. */

import { UserError } from "../../errors.ts";

/** The message completes "the archive …". */
export class ArchiveError extends Error {
  override readonly name = "ArchiveError";
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** `why` says what the reader met; nobody else would understand it alone. */
export function broken(why: string): ArchiveError {
  return new ArchiveError(`is broken or cut short (${why})`, "pack and upload it again");
}

/** What one program would unpack, another would not see. */
export function ambiguous(why: string): ArchiveError {
  return new ArchiveError(`can be read in more than one way (${why})`, "pack it again");
}

/** Does the deed; what it finds wrong with the archive is the user's to mend. */
export async function withArchive<T>(name: string, deed: () => Promise<T>): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    const what = `cannot unpack ${name}: the archive ${error.message}`;
    throw new UserError({ what, hint: error.hint });
  }
}
