import { gzipSync } from "node:zlib";
import { unpackFile, unpackStream } from "../../../../src/deployer/unpack/unpack.ts";
import { realFiles } from "../../../../src/io/files.ts";
import type { Files } from "../../../../src/world.ts";
import { zip } from "../../../support/archive.ts";
import { equal, failure, match, ok } from "../../../support/assert.ts";
import { fakeWorld } from "../../../support/fake_world.ts";
import { concat, tar } from "../../../support/tar.ts";
import { LIMITS, refusal, streamOf, unpackBytes } from "../../../support/unpacking.ts";

/** Does not pack well, so that it fills several chunks. */
const body = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i * 2654435761) >>> 24);
const file = { name: "m.plan", body };
const packed = new Uint8Array(gzipSync(tar([file])));
const hostile = new Uint8Array(gzipSync(tar([{ name: "../x" }, file])));

interface Watched {
  readonly stream: ReadableStream<Uint8Array>;
  readonly seen: { read: number; cancelled: boolean };
}

/** @param then what comes after the bytes: the end, an error, or nothing ever */
function watched(bytes: Uint8Array, then: "end" | "silence" | Error = "end"): Watched {
  const seen = { read: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      await new Promise((resolve) => setTimeout(resolve));
      if (seen.read < bytes.length) {
        const chunk = bytes.slice(seen.read, seen.read + 10_000);
        seen.read += chunk.length;
        return controller.enqueue(chunk);
      }
      if (then === "silence") await new Promise(() => {});
      else if (then === "end") controller.close();
      else controller.error(then);
    },
    cancel: () => {
      seen.cancelled = true;
    },
  }, { highWaterMark: 0 });
  return { stream, seen };
}

Deno.test("unpackStream: reads the stream to its end", async () => {
  for (const tail of [0, 50_000]) {
    const bytes = concat(packed, new Uint8Array(tail));
    const { stream, seen } = watched(bytes);
    equal(Object.keys(await unpackBytes(stream)), ["m.plan"]);
    equal(seen, { read: bytes.length, cancelled: false });
  }
});

Deno.test("unpackStream: a refused archive ends the stream, also one that has gone silent", async () => {
  for (const then of ["end", "silence"] as const) {
    const { stream, seen } = watched(hostile, then);
    match(await refusal(stream), /leads out of its folder/);
    ok(seen.cancelled);
  }
});

Deno.test("unpackStream: an error of the stream is passed on, and nothing is left", async () => {
  const cause = new Error("the object has changed");
  for (const bytes of [tar([file]), packed]) {
    const { stream } = watched(bytes.subarray(0, 100_000), cause);
    ok(await failure(() => unpackBytes(stream)) === cause);
  }
});

Deno.test("unpackStream: ends when it is interrupted", async () => {
  const stop = new AbortController();
  const reason = new Error("stop");
  const { stream, seen } = watched(packed);
  const unpacking = failure(() => unpackBytes(stream, { signal: stop.signal }));
  stop.abort(reason);
  ok(await unpacking === reason);
  ok(seen.cancelled);
});

Deno.test("unpackStream: takes no ZIP, whose directory comes last", async () => {
  match(await refusal(streamOf(zip([{ name: "m.plan" }]))), /is no tar archive/);
});

Deno.test("unpackStream: a bomb ends at 64 MiB", async () => {
  const zeros = new Uint8Array(100 * 2 ** 20);
  const bomb = new Uint8Array(gzipSync(tar([{ name: "m.plan", body: zeros }])));
  let written = 0;
  const files: Files = {
    ...realFiles(),
    create: () =>
      Promise.resolve({
        write: (bytes) => {
          written += bytes.length;
          return Promise.resolve();
        },
        close: () => Promise.resolve(),
        abandon: () => Promise.resolve(),
      }),
  };
  const folder = await Deno.makeTempDir();
  const request = { name: "m.tgz", into: `${folder}/unpacked`, limits: LIMITS };
  const error = await failure(() =>
    unpackStream(streamOf(bomb), request, { ...fakeWorld(), files })
  );
  match(error.message, /over 500 times as many/);
  ok(written <= 64 * 2 ** 20);
  equal(
    (await unpackBytes(bomb, { limits: { ...LIMITS, ratio: 2000 } }))["m.plan"]!.length,
    zeros.length,
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("unpack: what the disk says is passed on, and nothing is left", async () => {
  const full = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  const failing = (at: "write" | "close"): Files => ({
    ...realFiles(),
    create: async (path) => {
      const file = await realFiles().create(path);
      const fail = () => Promise.reject(full);
      return at === "write"
        ? { ...file, write: fail }
        : { ...file, close: () => file.close().then(fail) };
    },
  });
  const folder = await Deno.makeTempDir();
  try {
    const archives = { "m.tar": tar([file]), "m.tgz": packed, "m.zip": zip([file]) };
    for (const [name, bytes] of Object.entries(archives)) {
      await Deno.writeFile(`${folder}/${name}`, bytes);
      for (const at of ["write", "close"] as const) {
        const request = { name, into: `${folder}/unpacked`, limits: LIMITS };
        const world = { ...fakeWorld(), files: failing(at) };
        ok(await failure(() => unpackFile(`${folder}/${name}`, request, world)) === full);
        equal(await realFiles().kind(request.into), undefined);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
