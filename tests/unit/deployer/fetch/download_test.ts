import { gzipSync } from "node:zlib";
import { Absent } from "../../../../src/deployer/fetch/transfer.ts";
import { ToolError } from "../../../../src/errors.ts";
import { equal, match, ok } from "../../../support/assert.ts";
import { sha256Of, trial } from "../../../support/download_trial.ts";
import { noise } from "../../../support/noise.ts";
import type { Answer } from "../../../support/scripted_server.ts";

const BODY = noise(60_000);
const HALF = 30_000;
const FIRST = "bytes=0-1048575";
const REST = `bytes=${HALF}-${BODY.length - 1}`;

const whole: Answer = { headers: { etag: '"a"' }, body: BODY };
const cutInHalf: Answer = { ...whole, length: BODY.length, body: BODY.subarray(0, HALF) };
const all: Answer = { ...whole, status: 206, headers: range(0) };
const rest: Answer = { status: 206, headers: range(HALF), body: BODY.subarray(HALF) };

function range(from: number, etag = '"a"'): Record<string, string> {
  return { etag, "content-range": `bytes ${from}-${BODY.length - 1}/${BODY.length}` };
}

Deno.test("download: faults that end well", async (t) => {
  const rows: Record<string, { answers: Answer[]; asked: string[] }> = {
    "nothing wrong": { answers: [all], asked: [FIRST] },
    "a server without ranges": { answers: [whole], asked: [FIRST] },
    "broken off mid-body, resumed": {
      answers: [{ ...cutInHalf, end: "pause" }, rest],
      asked: [FIRST, REST],
    },
    "a part broken off, resumed": {
      answers: [{ ...all, length: BODY.length, body: BODY.subarray(0, HALF) }, rest],
      asked: [FIRST, REST],
    },
    "reset before the headers": {
      answers: [{ end: "reset", silent: true }, all],
      asked: [FIRST, FIRST],
    },
    "truncated, resumed": { answers: [cutInHalf, rest], asked: [FIRST, REST] },
    "stalled, resumed": { answers: [{ ...cutInHalf, end: "stall" }, rest], asked: [FIRST, REST] },
    "stalled before the headers": {
      answers: [{ end: "stall", silent: true }, whole],
      asked: [FIRST, FIRST],
    },
    "200 to the rest: started again": { answers: [cutInHalf, whole], asked: [FIRST, REST] },
    "another entity tag in the 206: started again": {
      answers: [cutInHalf, { ...rest, headers: range(HALF, '"b"') }, all],
      asked: [FIRST, REST, FIRST],
    },
    "another size in the 206: started again": {
      answers: [
        cutInHalf,
        { ...rest, headers: { etag: '"a"', "content-range": `bytes ${HALF}-59999/60001` } },
        all,
      ],
      asked: [FIRST, REST, FIRST],
    },
    "another range in the 206: asked again": {
      answers: [
        cutInHalf,
        { ...rest, headers: { etag: '"a"', "content-range": "bytes 0-9/60000" } },
        rest,
      ],
      asked: [FIRST, REST, REST],
    },
    "412: started again": {
      answers: [cutInHalf, { status: 412 }, all],
      asked: [FIRST, REST, FIRST],
    },
    "416: taken as a whole": {
      answers: [cutInHalf, { status: 416 }, whole],
      asked: [FIRST, REST, "whole"],
    },
    "a weak tag is not resumed": {
      answers: [{ ...cutInHalf, headers: { etag: 'W/"a"' } }, whole],
      asked: [FIRST, FIRST],
    },
    "no tag is not resumed": {
      answers: [{ ...cutInHalf, headers: {} }, whole],
      asked: [FIRST, FIRST],
    },
    "parts without a tag are not taken": {
      answers: [{ ...all, headers: { ...range(0), etag: 'W/"a"' } }, whole],
      asked: [FIRST, "whole"],
    },
    "a part without a length is not taken": {
      answers: [{ ...all, chunked: true }, whole],
      asked: [FIRST, "whole"],
    },
    "a part that is compressed is not taken": {
      answers: [
        { ...all, body: gzip(BODY), headers: { ...range(0), "content-encoding": "gzip" } },
        whole,
      ],
      asked: [FIRST, "whole"],
    },
    "503, 429, 500, then resumed": {
      answers: [cutInHalf, { status: 503 }, { status: 429 }, rest],
      asked: [FIRST, REST, REST, REST],
    },
    "chunked, so without a length": { answers: [{ ...whole, chunked: true }], asked: [FIRST] },
    "gzip although we said identity": {
      answers: [{ body: gzip(BODY), headers: { "content-encoding": "gzip" } }],
      asked: [FIRST],
    },
  };
  for (const [name, { answers, asked }] of Object.entries(rows)) {
    await t.step(name, async () => {
      const result = await trial(answers, { sha256: true });
      equal(result.error, undefined);
      equal(result.value?.sha256, sha256Of(BODY));
      equal(result.value?.size, BODY.length);
      ok(result.bytes && equalBytes(result.bytes, BODY), "the file's bytes");
      equal(result.asked, asked);
      for (const [i, headers] of result.requests.entries()) {
        equal(headers.get("accept-encoding"), "identity");
        equal(headers.get("if-range"), asked[i] === REST ? '"a"' : null);
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
      equal(error instanceof Absent, [404, undefined].includes(answer.status));
    });
  }
});

Deno.test("download: an empty object, told by 416 to a range", async () => {
  const { error, asked } = await trial([{ status: 416 }, { body: new Uint8Array() }]);
  ok(error instanceof Absent);
  equal(asked, [FIRST, "whole"]);
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
    const body = BODY.subarray(from, to);
    return i === 0
      ? { headers: { etag: '"a"' }, length: 60_000, body }
      : { status: 206, headers: range(from), length: 60_000 - from, body };
  });
  equal((await trial(parts, { sha256: true })).value?.sha256, sha256Of(BODY));
  const again = { ...cutInHalf, headers: {} };
  const { error, asked } = await trial(Array(30).fill(again));
  match(error!.message, /error reading a body|end of file|bytes came/);
  ok(asked.length <= 5, `${asked.length} attempts`);
});

Deno.test("download: waits as long as the server asks for, but not forever", async () => {
  const policy = { longestWaitMs: 5000 };
  const rows: [string, number][] = [["2", 2000], ["3600", 5000]];
  for (const [value, expected] of rows) {
    const answer = { status: 503, headers: { "retry-after": value } };
    const { waits } = await trial([answer, whole], { policy });
    equal(waits, [expected]);
  }
});

Deno.test("download: an interrupt ends it, also while it waits for bytes", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("interrupted")), 100);
  const { signal } = controller;
  const policy = { stallMs: 30_000 };
  const { error } = await trial([{ ...cutInHalf, end: "stall" }], { signal, policy });
  equal(error?.message, "interrupted");
});

Deno.test("download: checksums that the server sends along", async (t) => {
  const good = `sha-256=:${btoa(String.fromCharCode(...hexBytes(sha256Of(BODY))))}:`;
  const bad = `sha-256=:${btoa("0".repeat(32))}:`;
  const rows: [string, Answer, RegExp | undefined][] = [
    ["right", { ...all, headers: { ...range(0), "repr-digest": good } }, undefined],
    [
      "wrong",
      { ...all, headers: { ...range(0), "repr-digest": bad } },
      /the sha256 of what came is/,
    ],
    ["wrong, with a whole", { ...whole, headers: { "content-md5": btoa("0".repeat(16)) } }, /md5/],
    [
      "of a part only",
      { ...all, headers: { ...range(0), "content-md5": btoa("0".repeat(16)) } },
      undefined,
    ],
    ["none at all", { ...all, headers: { ...range(0), "repr-digest": "sha-256=:zz:" } }, undefined],
  ];
  for (const [name, answer, expected] of rows) {
    await t.step(name, async () => {
      const { error, saved } = await trial([answer]);
      equal(error === undefined, expected === undefined);
      if (expected !== undefined) {
        match(error!.message, expected);
        equal(saved, undefined);
      }
    });
  }
});

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex);
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function gzip(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(gzipSync(bytes));
}
