/** Names in archives: in UTF-8, or not read at all. */

import { broken } from "./archive_error.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws ArchiveError when it is in another encoding: nobody could say which */
export function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw broken("a name in it is not in UTF-8");
  }
}
