import { Interrupted } from "../../../../src/errors.ts";
import { equal, match, ok } from "../../../support/assert.ts";
import { honest, sha256Of, trial, type TrialOptions } from "../../../support/download_trial.ts";
import { noise } from "../../../support/noise.ts";
import type { Answer } from "../../../support/scripted_server.ts";

const BODY = noise(100_000);
const SMALL = { firstBytes: 10_000, smallestPart: 10_000, largestPart: 10_000 };
const serve = honest(BODY, '"a"');

async function right(
  answer: (headers: Headers, index: number) => Answer,
  options: TrialOptions = {},
) {
  const result = await trial(answer, { sha256: true, policy: SMALL, ...options });
  equal(result.error, undefined);
  equal(result.value?.sha256, sha256Of(BODY));
  equal(sha256Of(result.bytes!), sha256Of(BODY));
  return result;
}

Deno.test("parts: taken in parallel, each once", async () => {
  const { asked, saved, requests } = await right(serve);
  const starts = asked.map((range) => Number(/\d+/.exec(range)![0])).sort((a, b) => a - b);
  equal(starts, Array.from({ length: 10 }, (_, i) => i * 10_000));
  equal(requests.filter((headers) => headers.get("if-range") === '"a"').length, 9);
  equal(saved, { total: BODY.length, validator: '"a"', there: [{ from: 0, to: BODY.length }] });
});

Deno.test("parts: a server that gives less than asked for is asked for the rest", async () => {
  await right((headers) => {
    const asked = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range")!)!;
    const last = Math.min(Number(asked[2]), Number(asked[1]) + 3999);
    return serve(new Headers({ range: `bytes=${asked[1]}-${last}` }), 0);
  });
});

Deno.test("parts: a server that ignores some ranges is asked again, one that ignores all taken whole", async () => {
  await right((headers, i) =>
    i % 3 === 1 ? { headers: { etag: '"a"' }, body: BODY } : serve(headers, i)
  );
  const { asked } = await right((headers, i) =>
    i === 0 ? serve(headers, i) : { headers: { etag: '"a"' }, body: BODY }
  );
  equal(asked.at(-1), "whole");
});

Deno.test("parts: an object that changes midway is taken again, never mixed", async () => {
  const fresh = noise(90_000, 2);
  const other = honest(fresh, '"b"');
  const rows: Record<string, (headers: Headers, i: number) => Answer> = {
    "If-Range is honoured": (headers, i) => i < 4 ? serve(headers, i) : other(headers, i),
    "If-Range is ignored": (headers, i) => {
      headers.delete("if-range");
      return i < 4 ? serve(headers, i) : other(headers, i);
    },
  };
  for (const answer of Object.values(rows)) {
    const result = await trial(answer, { policy: SMALL });
    equal(result.error, undefined);
    equal(sha256Of(result.bytes!), sha256Of(fresh));
    equal(result.value?.validator, '"b"');
  }
});

Deno.test("parts: an object that always changes is given up", async () => {
  const { error } = await trial((headers, i) => honest(BODY, `"${i}"`)(headers, i), {
    policy: SMALL,
  });
  match(error!.message, /the object changed meanwhile \(4 times\)$/);
});

Deno.test("parts: one that always fails ends it, the others' work is kept for the next run", async () => {
  const { error, saved } = await trial(
    (headers, i) =>
      headers.get("range")!.startsWith("bytes=5") ? { status: 503 } : serve(headers, i),
    { policy: SMALL },
  );
  match(error!.message, /the server answered 503 \(4 times\)$/);
  ok(saved && saved.there.some(({ to }) => to === BODY.length));
});

Deno.test("parts: 403 in the middle is said at once", async () => {
  const { error, waits } = await trial(
    (headers, i) => i === 3 ? { status: 403 } : serve(headers, i),
    { policy: SMALL },
  );
  match(error!.message, /answered 403$/);
  equal(waits, []);
});

Deno.test("parts: resumed after a kill, only what is missing is asked for", async () => {
  const bytes = BODY.slice();
  bytes.fill(0, 20_000, 50_000);
  const there = [{ from: 0, to: 20_000 }, { from: 50_000, to: BODY.length }];
  const saved = { total: BODY.length, validator: '"a"', there };
  const { asked, skipped } = await right(serve, { left: { bytes, saved } });
  equal([...asked].sort(), ["bytes=20000-29999", "bytes=30000-39999", "bytes=40000-49999"]);
  equal(skipped, 70_000);

  const all = { total: BODY.length, validator: '"a"', there: [{ from: 0, to: BODY.length }] };
  equal((await right(serve, { left: { bytes: BODY, saved: all } })).asked, ["bytes=0-0"]);
});

Deno.test("parts: what was left of another version, or cut off since, is not used", async () => {
  const zeros = new Uint8Array(BODY.length);
  const there = [{ from: 0, to: 90_000 }];
  const rows: Record<string, NonNullable<TrialOptions["left"]>> = {
    "another tag": { bytes: zeros, saved: { total: BODY.length, validator: '"b"', there } },
    "another size": { bytes: zeros.slice(1), saved: { total: 99_999, validator: '"a"', there } },
    "cut off": { bytes: zeros.slice(9), saved: { total: BODY.length, validator: '"a"', there } },
    "impossible": {
      bytes: zeros,
      saved: { total: BODY.length, validator: '"a"', there: [{ from: 5, to: 200_000 }] },
    },
  };
  for (const left of Object.values(rows)) await right(serve, { left });
});

Deno.test("parts: an object that comes back after a change is not taken for what is there", async () => {
  const fresh = noise(BODY.length, 2);
  const there = [{ from: 0, to: 50_000 }];
  const left = { bytes: BODY, saved: { total: BODY.length, validator: '"a"', there } };
  const stop = new AbortController();
  // Another version overwrites what is there; then this run dies.
  const { saved } = await trial((headers, i) => {
    if (i === 4) stop.abort(new Interrupted());
    return honest(fresh, '"b"')(headers, i);
  }, { left, policy: SMALL, signal: stop.signal });
  ok(saved?.validator !== '"a"');
});

Deno.test("parts: the same trouble of many is told once", async () => {
  const { stderr } = await trial(
    (headers, i) => i > 0 && i < 4 ? { status: 503 } : serve(headers, i),
    { policy: SMALL },
  );
  equal(stderr.length, 1);
});

Deno.test("in order: whoever consumes gets all bytes from the first one, also after a change", async () => {
  const fresh = BODY.slice().reverse();
  const seen: (number | string)[] = [];
  const consume = async (stream: ReadableStream<Uint8Array>) => {
    const hash: Uint8Array[] = [];
    try {
      for await (const chunk of stream) hash.push(chunk);
    } catch (error) {
      seen.push((error as Error).message);
      throw error;
    }
    seen.push(sha256Of(new Uint8Array(await new Blob(hash as BlobPart[]).arrayBuffer())));
  };
  await right(serve, { consume });
  equal(seen, [sha256Of(BODY)]);
  const { value } = await trial(
    (headers, i) => (i < 4 ? serve : honest(fresh, '"b"'))(headers, i),
    { consume, policy: SMALL, sha256: true },
  );
  equal(value?.sha256, sha256Of(fresh));
  equal(seen.slice(1), ["the download starts again", sha256Of(fresh)]);
});

Deno.test("in order: a buffer of one's own is filled, too", async () => {
  let hash = "";
  const consume = async (stream: ReadableStream<Uint8Array>) => {
    const reader = stream.getReader({ mode: "byob" });
    const got: number[] = [];
    for (let buffer = new Uint8Array(700);;) {
      const { value, done } = await reader.read(buffer);
      if (done || value === undefined) break;
      got.push(...value);
      buffer = new Uint8Array(value.buffer);
    }
    hash = sha256Of(Uint8Array.from(got));
  };
  await right(serve, { consume });
  equal(hash, sha256Of(BODY));
});

Deno.test("in order: one who stops early does not spoil the digest, one who fails ends the download", async () => {
  await right(serve, { consume: async (stream) => await stream.cancel() });
  const consume = () => Promise.reject(new Error("not a tar"));
  const { error, saved } = await trial(serve, { consume, policy: SMALL });
  equal(error?.message, "not a tar");
  equal(saved?.validator, saved && '"a"');
});
