import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { download, type DownloadPolicy } from "../../../src/deployer/download.ts";
import { ToolError } from "../../../src/errors.ts";
import type { World } from "../../../src/world.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import { fakeWorld } from "../../support/fake_world.ts";
import { type Answer, scriptedServer } from "../../support/scripted_server.ts";

const BODY = crypto.getRandomValues(new Uint8Array(60_000));
const HALF = 30_000;
const SHA256 = createHash("sha256").update(BODY).digest("hex");
const POLICY: DownloadPolicy = {
  stallMs: 300,
  retries: 3,
  firstWaitMs: 1,
  longestWaitMs: 10,
  headway: 1,
};

const whole: Answer = { headers: { etag: '"a"' }, body: BODY };
const cutInHalf: Answer = { ...whole, length: BODY.length, body: BODY.subarray(0, HALF) };
const rest: Answer = {
  status: 206,
  headers: { etag: '"a"', "content-range": `bytes ${HALF}-${BODY.length - 1}/${BODY.length}` },
  body: BODY.subarray(HALF),
};

async function trial(answers: readonly Answer[], policy = POLICY) {
  const folder = await Deno.makeTempDir();
  await using server = scriptedServer(answers);
  const fake = fakeWorld();
  const waits: number[] = [];
  const world: World = {
    ...fake,
    http: { fetch: (url, init) => fetch(url, init) },
    sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
  };
  const to = `${folder}/download`;
  const url = `${server.url}/m.onnx?sig=SECRET`;
  const request = { url, headers: {}, shown: "http://test/m.onnx?***" };
  const progress = { report: () => {}, end: () => {} };
  try {
    const result = await download({ request, to, progress, policy }, world).then(
      (value) => ({ value, error: undefined }),
      (error: Error) => ({ value: undefined, error }),
    );
    const bytes = await Deno.readFile(to).catch(() => undefined);
    const asked = server.requests.map((headers) => headers.get("range") ?? "whole");
    return { ...result, bytes, asked, waits, requests: server.requests, stderr: fake.stderr };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("download: faults that end well", async (t) => {
  const rows: Record<string, { answers: Answer[]; asked: string[] }> = {
    "nothing wrong": { answers: [whole], asked: ["whole"] },
    "broken off mid-body, resumed": {
      answers: [{ ...cutInHalf, end: "pause" }, rest],
      asked: ["whole", `bytes=${HALF}-`],
    },
    "truncated, resumed": { answers: [cutInHalf, rest], asked: ["whole", `bytes=${HALF}-`] },
    "stalled, resumed": {
      answers: [{ ...cutInHalf, end: "stall" }, rest],
      asked: ["whole", `bytes=${HALF}-`],
    },
    "stalled before the headers": {
      answers: [{ end: "stall", silent: true }, whole],
      asked: ["whole", "whole"],
    },
    "200 to a range: started again": {
      answers: [cutInHalf, whole],
      asked: ["whole", `bytes=${HALF}-`],
    },
    "another entity tag in the 206: started again": {
      answers: [cutInHalf, { ...rest, headers: { ...rest.headers, etag: '"b"' } }, whole],
      asked: ["whole", `bytes=${HALF}-`, "whole"],
    },
    "another range in the 206: started again": {
      answers: [
        cutInHalf,
        { ...rest, headers: { etag: '"a"', "content-range": "bytes 0-9/60000" } },
        whole,
      ],
      asked: ["whole", `bytes=${HALF}-`, "whole"],
    },
    "416: started again": {
      answers: [cutInHalf, { status: 416 }, whole],
      asked: ["whole", `bytes=${HALF}-`, "whole"],
    },
    "a weak tag is not resumed": {
      answers: [{ ...cutInHalf, headers: { etag: 'W/"a"' } }, whole],
      asked: ["whole", "whole"],
    },
    "no tag is not resumed": {
      answers: [{ ...cutInHalf, headers: {} }, whole],
      asked: ["whole", "whole"],
    },
    "503, 429, 500, then resumed": {
      answers: [cutInHalf, { status: 503 }, { status: 429 }, rest],
      asked: ["whole", `bytes=${HALF}-`, `bytes=${HALF}-`, `bytes=${HALF}-`],
    },
    "chunked, so without a length": { answers: [{ ...whole, chunked: true }], asked: ["whole"] },
    "gzip although we said identity": {
      answers: [{ body: gzip(BODY), headers: { "content-encoding": "gzip" } }],
      asked: ["whole"],
    },
  };
  for (const [name, { answers, asked }] of Object.entries(rows)) {
    await t.step(name, async () => {
      const result = await trial(answers);
      equal(result.error, undefined);
      equal(result.value?.sha256, SHA256);
      equal(result.value?.size, BODY.length);
      ok(result.bytes && equalBytes(result.bytes, BODY), "the file's bytes");
      equal(result.asked, asked);
      for (const [i, headers] of result.requests.entries()) {
        equal(headers.get("accept-encoding"), "identity");
        equal(headers.get("if-range"), asked[i] === "whole" ? null : '"a"');
      }
      ok(!result.stderr.join().includes("SECRET"), "no secret in the log");
    });
  }
});

Deno.test("download: what cannot be helped is said at once", async (t) => {
  const rows: [Answer, RegExp, RegExp][] = [
    [
      { status: 404 },
      /^cannot fetch http:\/\/test\/m\.onnx\?\*\*\*: the server answered 404$/,
      /path/,
    ],
    [{ status: 403 }, /answered 403$/, /signature of the URL has probably expired/],
    [{ status: 401 }, /answered 401$/, /credentials/],
    [{ status: 400 }, /answered 400$/, /^$/],
    [{ status: 206, body: BODY }, /answered 206$/, /^$/],
    [{ status: 204 }, /answered 204$/, /^$/],
    [{ body: new Uint8Array() }, /the object is empty \(0 bytes\)/, /again/],
  ];
  for (const [answer, message, hint] of rows) {
    await t.step(`${answer.status ?? "empty"}`, async () => {
      const { error, asked, waits } = await trial([answer]);
      ok(error instanceof ToolError);
      match(error.message, message);
      match(error.details.hint ?? "", hint);
      equal([asked.length, waits.length], [1, 0]);
    });
  }
});

Deno.test("download: gives up after some failures without headway", async () => {
  const { error, asked, stderr } = await trial(Array(9).fill({ status: 503 }));
  match(error!.message, /the server answered 503 \(4 times\)/);
  equal(asked.length, 4);
  match(stderr[0]!, /^fetch: the server answered 503; again in 0\.0 s$/);
});

Deno.test("download: headway resets the count, going back does not", async () => {
  const parts = Array.from({ length: 20 }, (_, i): Answer => {
    const [from, to] = [i * 3000, (i + 1) * 3000];
    const headers = { etag: '"a"', "content-range": `bytes ${from}-59999/60000` };
    const body = BODY.subarray(from, to);
    return i === 0
      ? { headers: { etag: '"a"' }, length: 60_000, body }
      : { status: 206, headers, length: 60_000 - from, body };
  });
  equal((await trial(parts)).value?.sha256, SHA256);
  const again = { ...cutInHalf, headers: {} };
  const { error, asked } = await trial(Array(30).fill(again));
  match(error!.message, /error reading a body|end of file|bytes came/);
  ok(asked.length <= 5, `${asked.length} attempts`);
});

Deno.test("download: waits as long as the server asks for, but not forever", async () => {
  const policy = { ...POLICY, longestWaitMs: 5000 };
  const rows: [string, number][] = [["2", 2000], ["3600", 5000]];
  for (const [value, expected] of rows) {
    const { waits } = await trial(
      [{ status: 503, headers: { "retry-after": value } }, whole],
      policy,
    );
    equal(waits, [expected]);
  }
});

Deno.test("download: nobody listens", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const world = {
    ...fakeWorld(),
    http: { fetch: (url: string, init?: RequestInit) => fetch(url, init) },
  };
  const request = { url: `http://127.0.0.1:${port}/m?sig=SECRET`, headers: {}, shown: "shown" };
  const progress = { report: () => {}, end: () => {} };
  const error = await failure(() =>
    download({ request, to: "/nowhere", progress, policy: POLICY }, world)
  );
  match(error.message, /^cannot fetch shown: .*refused.* \(4 times\)$/i);
  ok(!error.message.includes("SECRET") && !world.stderr.join().includes("SECRET"));
});

Deno.test("download: an interrupt ends it, also while it waits for bytes", async () => {
  await using server = scriptedServer([{ ...cutInHalf, end: "stall" }]);
  const controller = new AbortController();
  const fake = fakeWorld({ signal: controller.signal });
  const world = { ...fake, http: { fetch: (url: string, init?: RequestInit) => fetch(url, init) } };
  const folder = await Deno.makeTempDir();
  const request = { url: server.url, headers: {}, shown: "shown" };
  const progress = { report: () => {}, end: () => {} };
  setTimeout(() => controller.abort(new Error("interrupted")), 100);
  const error = await failure(() => download({ request, to: `${folder}/d`, progress }, world));
  equal(error.message, "interrupted");
  await Deno.remove(folder, { recursive: true });
});

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function gzip(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes));
}
