/**
 * Reads zstd, also of several frames. Node's decoder ends with the first frame, takes a stream that
 * is cut short for whole, and an error that is not in the first output of a write ends the process
 * (https://nodejs.org/api/zlib.html, tried in Deno 2.6). So each frame gets a decoder of its own, and
 * each block a write of its own, whose output has room in one chunk.
 */

import { createZstdDecompress } from "node:zlib";
import { broken } from "./archive_error.ts";
import { byteReader } from "./byte_reader.ts";
import { zstdPieces } from "./zstd_frames.ts";

/** Twice the largest block. */
const CHUNK = 256 * 1024;

export async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = byteReader(chunks);
  let frame = frameDecoder();
  try {
    for await (const piece of zstdPieces(reader)) {
      if (piece.kind === "bytes") {
        yield* await frame.decode(piece.bytes);
      } else {
        yield* await frame.end();
        frame = frameDecoder();
      }
    }
  } finally {
    frame.destroy();
    await reader.close();
  }
}

function frameDecoder() {
  const decoder = createZstdDecompress({ chunkSize: CHUNK });
  const output: Uint8Array[] = [];
  let fail = (_error: Error) => {};
  decoder.on("data", (bytes) => output.push(bytes));
  decoder.on("error", (error) => fail(broken(`zstd: ${error.message}`)));
  const after = async (deed: (done: () => void) => void) => {
    await new Promise<void>((resolve, reject) => {
      fail = reject;
      deed(resolve);
    });
    return output.splice(0);
  };
  return {
    decode: (bytes: Uint8Array) => after((done) => decoder.write(bytes, () => done())),
    end: () => after((done) => decoder.on("end", done).end()),
    destroy: () => decoder.destroy(),
  };
}
