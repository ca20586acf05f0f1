/** Reads xz, also of several streams and blocks, with a WebAssembly build of XZ Embedded. */

import * as library from "xz-decompress";
import { ArchiveError, broken } from "./archive_error.ts";

// A CommonJS package: bundled, its exports stand by themselves; unbundled, in `default`.
const { XzReadableStream } = (library as unknown as { default?: typeof library }).default ??
  library;

export async function* unxz(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let cause: unknown;
  const source = async function* () {
    try {
      yield* chunks;
    } catch (error) {
      cause = error;
      throw error;
    }
  };
  const reader = new XzReadableStream(ReadableStream.from(source())).getReader();
  try {
    for (let next; !(next = await reader.read()).done;) yield next.value;
  } catch (error) {
    throw cause ?? xzError(error);
  } finally {
    // Not awaited: the source may be waiting for the network.
    reader.cancel().catch(() => {});
  }
}

/** The library passes on numbers: enum xz_ret in https://github.com/tukaani-project/xz-embedded. */
function xzError(error: unknown): Error {
  const code = /error code (\d+)/.exec(String(error))?.[1];
  switch (code) {
    case "4":
      return new ArchiveError(
        "needs a dictionary of more than 64 MiB to unpack",
        "pack it with `xz -9` or less",
      );
    case "6":
      return new ArchiveError(
        "uses a filter or a check of xz that is not supported",
        "pack it with plain `xz`",
      );
    default:
      return broken("xz");
  }
}
