import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import { ArchiveError } from "../../../../src/deployer/unpack/archive_error.ts";
import { decompressed, type TarKind } from "../../../../src/deployer/unpack/decompress.ts";
import { equal, failure, match, ok } from "../../../support/assert.ts";
import { bytesOf, concat } from "../../../support/tar.ts";
import { streamOf } from "../../../support/unpacking.ts";

const TEXT = "the quick brown fox ".repeat(300);
const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

/** The text as gzip, zstd, bzip2 -1 and xz -0 pack it. */
const PACKED: Readonly<Record<Exclude<TarKind, "tar">, Uint8Array>> = {
  gzip: new Uint8Array(gzipSync(TEXT)),
  zstd: new Uint8Array(zstdCompressSync(TEXT, checked)),
  bzip2: Uint8Array.fromBase64(
    "QlpoMTFBWSZTWW9nmzgACfWRgEAAG2m2wCAAkCmAAmgUqiMjQ9PVPRSPZSOCkYUjyUjopHRSNykaKR2Uj4UjCkYU" +
      "jRSOSkaKRsUjCkYKR/F3JFOFCQb2ebOA",
  ),
  xz: Uint8Array.fromBase64(
    "/Td6WFoAAATm1rRGAgAhAQwAAACPmEGc4BdvADZdADoaCM52x+Xp1gc0w9EOv85V4aq94R0LP9sEl1BXJnTDp6IQ" +
      "9/uWYgW6mhp4IyveaHDmVH9eAAAAAILm3Y78U1VzAAFS8C4AAABx9cqKscRn+wIAAAAABFla",
  ),
};

const kinds = Object.keys(PACKED) as (keyof typeof PACKED)[];

async function unpack(chunks: AsyncIterable<Uint8Array>, kind: TarKind): Promise<string> {
  const parts = await Array.fromAsync(await decompressed(chunks, kind));
  return new TextDecoder().decode(concat(...parts));
}

/** Why it is refused; what else goes wrong is a bug of ours. */
async function refusal(bytes: Uint8Array, kind: TarKind, chunk?: number): Promise<string> {
  const error = await failure(() => unpack(streamOf(bytes, chunk), kind));
  ok(error instanceof ArchiveError, `${error.stack}`);
  return error.message;
}

for (const kind of kinds) {
  const packed = PACKED[kind];

  Deno.test(`${kind}: whole, in pieces, and several in a row`, async () => {
    for (const chunk of [1, 17, 100_000]) equal(await unpack(streamOf(packed, chunk), kind), TEXT);
    for (const chunk of [1, packed.length, 100_000]) {
      equal(await unpack(streamOf(concat(packed, packed), chunk), kind), TEXT + TEXT);
    }
  });

  Deno.test(`${kind}: cut short anywhere`, async () => {
    for (let length = 0; length < packed.length; length++) {
      match(await refusal(packed.subarray(0, length), kind), /^is broken or cut short/);
    }
    const second = concat(packed, packed).subarray(0, -3);
    match(await refusal(second, kind, packed.length), /^is broken or cut short/);
  });

  Deno.test(`${kind}: any bit turned is seen, unless it says nothing`, async () => {
    for (let bit = 0; bit < packed.length * 8; bit += 3) {
      const turned = packed.slice();
      turned[bit >> 3]! ^= 1 << (bit & 7);
      try {
        equal(await unpack(streamOf(turned), kind), TEXT, `bit ${bit}`);
      } catch (error) {
        ok(error instanceof ArchiveError, `bit ${bit}: ${(error as Error).stack}`);
      }
    }
  });

  Deno.test(`${kind}: more after the end`, async () => {
    for (const chunk of [packed.length, 100_000]) {
      const junk = concat(packed, bytesOf("more and more"));
      match(await refusal(junk, kind, chunk), /^(has more data after its end|is broken)/);
    }
  });

  Deno.test(`${kind}: an error of the source is passed on`, async () => {
    const cause = new Error("the network is gone");
    const source = async function* () {
      yield packed.subarray(0, 50);
      await Promise.resolve();
      throw cause;
    };
    ok(await failure(() => unpack(source(), kind)) === cause);
  });
}

Deno.test("gzip: zeros may follow, and nothing behind them", async () => {
  const padded = concat(PACKED.gzip, new Uint8Array(5000));
  equal(await unpack(streamOf(padded, 100), "gzip"), TEXT);
  const hidden = concat(padded, PACKED.gzip);
  for (const chunk of [100, 100_000]) {
    match(await refusal(hidden, "gzip", chunk), /^has more data after its end|incorrect header/);
  }
});

Deno.test("zstd: frames to skip, and an unchecked one", async () => {
  const skip = concat(new Uint8Array([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), bytesOf("abc"));
  const plain = new Uint8Array(zstdCompressSync("end"));
  const bytes = concat(skip, PACKED.zstd, skip, plain, skip);
  equal(await unpack(streamOf(bytes, 5), "zstd"), `${TEXT}end`);
  match(await refusal(skip, "zstd"), /no frame begins/);
});

Deno.test("zstd: what a frame may not demand", async (t) => {
  const frame = (...bytes: number[]) => new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, ...bytes]);
  const size = (exponent: number) =>
    Array.from({ length: 8 }, (_, i) => i * 8 === exponent ? 1 : 0);
  const rows: Record<string, [Uint8Array, RegExp]> = {
    "a window of 256 MiB": [frame(0, 18 << 3), /needs a window of 256 MiB/],
    "a window of 144 MiB": [frame(0, 17 << 3 | 1), /needs a window of 144 MiB/],
    "a window of 128 MiB": [frame(0, 17 << 3), /ends too early/],
    "4 GiB in one segment": [frame(0xe0, ...size(32)), /needs a window of 4096 MiB/],
    "a dictionary": [frame(0x01, 0, 7, 1, 0, 0), /a zstd dictionary, which is not in it/],
    "a reserved block": [frame(0, 0, 6, 0, 0), /a block is malformed/],
    "a block of 256 KiB": [frame(0, 0, 0, 0, 0x20), /a block is malformed/],
  };
  for (const [name, [bytes, expected]] of Object.entries(rows)) {
    await t.step(name, async () => match(await refusal(bytes, "zstd"), expected));
  }
});

Deno.test("who stops early stops the source", async () => {
  for (const kind of kinds) {
    let closed = () => {};
    const end = new Promise<void>((resolve) => closed = resolve);
    const many = concat(...new Array(5000).fill(PACKED[kind]));
    const source = async function* () {
      try {
        for (;;) {
          yield many;
          await new Promise((resolve) => setTimeout(resolve));
        }
      } finally {
        closed();
      }
    };
    for await (const _ of await decompressed(source(), kind)) break;
    await end;
  }
});
