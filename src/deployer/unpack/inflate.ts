/** Node's zlib as generators: gzip for TAR archives, bare deflate for the entries of ZIP archives. */

import {
  createGunzip,
  createInflateRaw,
  type Gunzip,
  type InflateRaw,
  inflateRawSync,
} from "node:zlib";
import { concatBytes } from "../../text/bytes.ts";
import { ArchiveError, broken } from "./archive_error.ts";

const CHUNK = 2 ** 20;
const SMALL = 64 * 1024;

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

interface RawSizes {
  /** All of it must be used up. */
  readonly packedSize: number;
  readonly size: number;
}

export async function* inflateRaw(
  chunks: AsyncIterable<Uint8Array>,
  sizes: RawSizes,
): AsyncGenerator<Uint8Array> {
  if (Math.max(sizes.packedSize, sizes.size) <= SMALL) return yield inflateSmall(chunks, sizes);
  const zlib = createInflateRaw({ chunkSize: CHUNK });
  yield* through(chunks, zlib);
  checkUsedUp(zlib, sizes);
}

/** At once: the streams of many small files would leave more behind than all of them hold. */
async function inflateSmall(
  chunks: AsyncIterable<Uint8Array>,
  sizes: RawSizes,
): Promise<Uint8Array> {
  const packed = concatBytes(await Array.fromAsync(chunks));
  const room = sizes.size + 64;
  try {
    const options = { chunkSize: room, maxOutputLength: room, info: true };
    const { buffer, engine } = inflateRawSync(packed, options) as unknown as Inflated;
    checkUsedUp(engine, sizes);
    return buffer;
  } catch (error) {
    const isLonger = (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
    throw isLonger ? new Error("it is longer than it says") : error;
  }
}

/** What comes with `info`, which the types do not know. */
interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: InflateRaw;
}

function checkUsedUp(zlib: InflateRaw, { packedSize }: RawSizes): void {
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
