/** The compressions of a TAR archive; each is loaded only when it occurs. */

import type { Kind } from "./sniff.ts";

type Chunks = AsyncIterable<Uint8Array>;

const TAR_KINDS = ["tar", "gzip", "bzip2", "xz", "zstd"] as const;

export type TarKind = typeof TAR_KINDS[number];

/** Is it a TAR archive, by what its first bytes are? */
export function isTarKind(kind: Kind): kind is TarKind {
  return (TAR_KINDS as readonly Kind[]).includes(kind);
}

/** @throws ArchiveError, in the result, when the compressed bytes are damaged */
export async function decompressed(chunks: Chunks, kind: TarKind): Promise<Chunks> {
  switch (kind) {
    case "tar":
      return chunks;
    case "gzip":
      return (await import("./inflate.ts")).gunzip(chunks);
    case "bzip2":
      return (await import("./bzip2.ts")).bunzip2(chunks);
    case "xz":
      return (await import("./xz.ts")).unxz(chunks);
    case "zstd":
      return (await import("./zstd.ts")).unzstd(chunks);
  }
}
