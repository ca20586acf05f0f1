/** A thousand downloads from a server with every fault: each ends in the right bytes or a clear error. */

import { gzipSync } from "node:zlib";
import type { DownloadPolicy } from "../../src/deployer/fetch/transfer.ts";
import { ToolError } from "../../src/errors.ts";
import { equal, ok } from "../support/assert.ts";
import { honest, sha256Of, trial } from "../support/download_trial.ts";
import { noise, random } from "../support/noise.ts";
import type { Answer, Answering } from "../support/scripted_server.ts";

const DOWNLOADS = 1000;
const AT_A_TIME = 8;
const LONGEST_MS = 20_000;
const SEED = Number(Deno.env.get("NAVIGATOR_SEED") ?? Date.now() % 1e6);

type Random = () => number;
type Fault = (right: Answer, next: Random) => Answer;

function cut(right: Answer, next: Random): Answer {
  const body = right.body ?? new Uint8Array();
  return {
    ...right,
    length: body.length,
    body: body.subarray(0, Math.floor(next() * body.length)),
  };
}

const passing = (right: Answer, next: Random): Answer => ({
  status: [408, 429, 500, 502, 503, 504][Math.floor(next() * 6)]!,
  headers: next() < 0.5 ? {} : {
    "retry-after": [
      "0",
      "1",
      "3600",
      "Wed, 21 Oct 2099 07:28:00 GMT",
      "soon",
    ][Math.floor(next() * 5)]!,
  },
  ...(next() < 0.2 ? { body: right.body ?? new Uint8Array() } : {}),
});

const FAULTS: Readonly<Record<string, Fault>> = {
  "reset before the headers": () => ({ silent: true, end: "reset" }),
  "reset in the body": (right, next) => ({ ...cut(right, next), end: "reset" }),
  "closed before the headers": () => ({ silent: true }),
  "stalled before the headers": () => ({ silent: true, end: "stall" }),
  "stalled in the body": (right, next) => ({ ...cut(right, next), end: "stall" }),
  "truncated": cut,
  "429, 503 and their kin": passing,
  "a wrong length": (right) => ({ ...right, length: (right.body?.length ?? 0) + 7 }),
  "chunked": (right) => ({ ...right, chunked: true }),
  "compressed": (right) => ({
    ...right,
    body: new Uint8Array(gzipSync(right.body ?? new Uint8Array())),
    headers: { ...right.headers, "content-encoding": "gzip" },
  }),
  "another range": (right) => ({
    ...right,
    headers: {
      ...right.headers,
      "content-range": (right.headers?.["content-range"] ?? "").replace(
        /(\d+)-(\d+)/,
        (_, from, last) => `${Number(from) + 1}-${Number(last) + 1}`,
      ),
    },
  }),
  "another size": (right) => ({
    ...right,
    headers: {
      ...right.headers,
      "content-range": (right.headers?.["content-range"] ?? "").replace(/\d+$/, "999999"),
    },
  }),
  "416": () => ({ status: 416 }),
};
const NAMES = Object.keys(FAULTS);

interface Site {
  readonly answer: Answering;
  /** What may come of it. */
  readonly versions: readonly Uint8Array[];
  readonly isRefused: boolean;
}

/** A server with its own temper: how often it fails, what it tells of the object, when that changes. */
function site(next: Random): Site {
  const length = 1 + Math.floor(next() * 120_000);
  const other = next() < 0.5 ? length : 1 + Math.floor(next() * 120_000);
  const versions = [noise(length, next() * 1e9), noise(other, next() * 1e9)];
  const rate = next() * 0.6;
  const changesAt = next() < 0.2 ? 1 + Math.floor(next() * 8) : Infinity;
  const refusesAt = next() < 0.05 ? Math.floor(next() * 8) : Infinity;
  const isDamaged = next() < 0.05;
  const ignoresRanges = next() < 0.2 ? next() : 0;
  const tagKind = next();
  const tag = (version: number) =>
    tagKind < 0.1 ? undefined : tagKind < 0.2 ? `W/"${version}"` : `"${version}"`;
  return {
    versions: Number.isFinite(changesAt) ? versions : [versions[0]!],
    isRefused: Number.isFinite(refusesAt) || isDamaged,
    answer: (headers, index) => {
      if (index >= refusesAt) return { status: [401, 403, 404, 410][Math.floor(next() * 4)]! };
      const version = index < changesAt ? 0 : 1;
      const body = versions[version]!;
      if (next() < ignoresRanges) headers.delete("range");
      if (next() < 0.2) headers.delete("if-range");
      const given = honest(body, tag(version))(headers, index);
      const digest = Uint8Array.fromHex(sha256Of(isDamaged ? noise(1) : body)).toBase64();
      const right = {
        ...given,
        headers: { ...given.headers, "repr-digest": `sha-256=:${digest}:` },
      };
      return next() < rate
        ? FAULTS[NAMES[Math.floor(next() * NAMES.length)]!]!(right, next)
        : right;
    },
  };
}

async function one(seed: number): Promise<string> {
  const next = random(seed);
  const { answer, versions, isRefused } = site(next);
  const size = () => 1000 + Math.floor(next() * 50_000);
  const policy: Partial<DownloadPolicy> = {
    ...{ stallMs: 60, retries: 5, firstBytes: size(), smallestPart: size(), largestPart: 60_000 },
  };
  const started = performance.now();
  let consumed = "";
  const consume = async (stream: ReadableStream<Uint8Array>) => {
    consumed = "";
    const bytes = await new Response(stream).bytes();
    consumed = sha256Of(bytes);
  };
  const watches = next() < 0.5 ? { consume } : {};
  const { value, error, bytes, stderr } = await trial(answer, {
    policy,
    sha256: next() < 0.5,
    ...watches,
  });
  const took = performance.now() - started;
  ok(took < LONGEST_MS, `it took ${took} ms`);
  ok(!stderr.join().includes("SECRET") && !error?.message.includes("SECRET"), "a secret was told");
  if (error !== undefined) {
    ok(error instanceof ToolError, `${error.stack}`);
    ok(/^cannot fetch http:\/\/test\/m\.onnx\?\*\*\*: \S/.test(error.message), error.message);
    return isRefused ? "refused" : "gave up";
  }
  const hashes = versions.map(sha256Of);
  const came = sha256Of(bytes!);
  ok(hashes.includes(came), "the bytes are those of no version");
  equal(value!.size, bytes!.length);
  if (value!.sha256 !== undefined) equal(value!.sha256, came);
  if ("consume" in watches) equal(consumed, came);
  if (value!.validator !== undefined) equal(value!.validator, `"${hashes.indexOf(came)}"`);
  return "right";
}

Deno.test(`faults: ${DOWNLOADS} downloads, seed ${SEED}`, async () => {
  const counts: Record<string, number> = { "right": 0, "refused": 0, "gave up": 0 };
  let number = 0;
  const worker = async () => {
    while (number < DOWNLOADS) {
      const seed = SEED * 10_000 + number++;
      counts[
        await one(seed).catch((error) => {
          throw new Error(`download ${seed}: ${error.message}`, { cause: error });
        })
      ]!++;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  equal(Object.values(counts).reduce((a, b) => a + b), DOWNLOADS);
  // Most servers are better than they seem.
  ok(counts.right! > DOWNLOADS / 2, JSON.stringify(counts));
  ok(counts.refused! > 0);
});
