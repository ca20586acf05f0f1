/** Node's zlib as generators: gzip for TAR archives, bare deflate for the entries of ZIP archives. */

import { createGunzip, createInflateRaw, type Gunzip, type InflateRaw } from "node:zlib";
import { ArchiveError, broken } from "./archive_error.ts";

const CHUNK = 2 ** 20;

/** Reads gzip, also of several members; zeros after the last one are padding, anything else is not. */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const zlib = createGunzip({ chunkSize: CHUNK });
  let read = 0;
  let lastNonZero = -1;
  const watched = async function* () {
    for await (const chunk of chunks) {
      const last = chunk.findLastIndex((byte) => byte !== 0);
      if (last !== -1) lastNonZero = read + last;
      read += chunk.length;
      yield chunk;
    }
  };
  try {
    yield* through(watched(), zlib);
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    throw code?.startsWith("Z_") ? broken(`gzip: ${message}`) : error;
  }
  // zlib leaves alone what follows a zero.
  if (lastNonZero >= zlib.bytesWritten) throw new ArchiveError("has more data after its end");
}

/** @param packedSize all of it must be used up */
export async function* inflateRaw(
  chunks: AsyncIterable<Uint8Array>,
  { packedSize, size }: { readonly packedSize: number; readonly size: number },
): AsyncGenerator<Uint8Array> {
  // Many small files would leave many large buffers behind.
  const zlib = createInflateRaw({ chunkSize: Math.min(CHUNK, size + 64) });
  yield* through(chunks, zlib);
  if (zlib.bytesWritten !== packedSize) throw new Error("it is packed into less than it says");
}

/** No pipeline: it would give up where the zeros after the end begin. */
async function* through(chunks: AsyncIterable<Uint8Array>, zlib: Gunzip | InflateRaw) {
  const fed = feed(chunks, zlib);
  fed.catch((error) => zlib.destroy(error));
  for await (const chunk of zlib) yield chunk as Uint8Array;
  await fed;
}

/** Reads the chunks to their end, also when zlib has come to its own. */
async function feed(chunks: AsyncIterable<Uint8Array>, zlib: Gunzip | InflateRaw): Promise<void> {
  let ended = false;
  let wake = () => {};
  zlib.once("end", () => ended = true);
  for (const event of ["drain", "end", "close"]) zlib.on(event, () => wake());
  for await (const chunk of chunks) {
    if (ended) continue;
    if (zlib.destroyed) return;
    if (!zlib.write(chunk)) await new Promise<void>((resolve) => wake = resolve);
  }
  zlib.end();
}
