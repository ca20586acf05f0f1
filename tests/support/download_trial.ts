/** One download from a scripted server into a folder of its own. */

import { createHash } from "node:crypto";
import { download } from "../../src/deployer/fetch/download.ts";
import type { Consume } from "../../src/deployer/fetch/in_order.ts";
import { journalAt, type Saved } from "../../src/deployer/fetch/journal.ts";
import { slots } from "../../src/deployer/fetch/slots.ts";
import type { Provider } from "../../src/deployer/fetch/provider.ts";
import { httpSource } from "../../src/deployer/fetch/sources/http.ts";
import { type Downloaded, type DownloadPolicy } from "../../src/deployer/fetch/transfer.ts";
import type { World } from "../../src/world.ts";
import { fakeWorld } from "./fake_world.ts";
import { type Answering, type Script, scriptedServer } from "./scripted_server.ts";

export const POLICY: DownloadPolicy = {
  stallMs: 300,
  retries: 3,
  firstWaitMs: 1,
  longestWaitMs: 10,
  headway: 1,
  connections: 4,
  firstBytes: 1 << 20,
  smallestPart: 1 << 20,
  largestPart: 1 << 20,
  saveMs: 0,
};

export const SHOWN = "http://test/m.onnx?***";

export interface TrialOptions {
  readonly policy?: Partial<DownloadPolicy>;
  readonly sha256?: boolean;
  readonly consume?: Consume;
  readonly signal?: AbortSignal;
  /** What an earlier run left. */
  readonly left?: { readonly bytes: Uint8Array; readonly saved: Saved };
  /** Instead of a plain server. */
  readonly provider?: (url: string) => Provider;
}

export interface Trial {
  readonly value: Downloaded | undefined;
  readonly error: Error | undefined;
  /** What is there afterwards. */
  readonly bytes: Uint8Array | undefined;
  readonly saved: Saved | undefined;
  /** The ranges that were asked for. */
  readonly asked: readonly string[];
  readonly requests: readonly Headers[];
  readonly waits: readonly number[];
  readonly stderr: readonly string[];
  /** Bytes that an earlier run had left. */
  readonly skipped: number;
}

export async function trial(script: Script, options: TrialOptions = {}): Promise<Trial> {
  const { left, sha256 = false, consume } = options;
  const policy = { ...POLICY, ...options.policy };
  const folder = await Deno.makeTempDir();
  await using server = scriptedServer(script);
  const fake = fakeWorld(options.signal ? { signal: options.signal } : {});
  const waits: number[] = [];
  let skipped = 0;
  const world: World = {
    ...fake,
    http: { fetch: (url, init) => fetch(url, init) },
    sleep: (milliseconds) => Promise.resolve(void waits.push(milliseconds)),
  };
  const to = `${folder}/download`;
  const journal = journalAt(`${to}.journal`, { address: "a", files: fake.files });
  if (left) {
    await Deno.writeFile(to, left.bytes);
    await journal.save(left.saved);
  }
  const provider = options.provider?.(server.url) ?? plain(`${server.url}/m.onnx?sig=SECRET`);
  const request = { provider, shown: SHOWN, to, journal, sha256, policy, slots: slots(4) };
  const silent = { onProgress: () => {}, onSaved: (bytes: number) => void (skipped += bytes) };
  try {
    const result = await download({ ...request, ...silent, consume }, world).then(
      (value) => ({ value, error: undefined }),
      (error: Error) => ({ value: undefined, error }),
    );
    const bytes = await Deno.readFile(to).catch(() => undefined);
    const asked = server.requests.map((headers) => headers.get("range") ?? "whole");
    return {
      ...result,
      bytes,
      saved: await journal.read(),
      asked,
      waits,
      requests: server.requests,
      stderr: fake.stderr,
      skipped,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function plain(url: string): Provider {
  const source = httpSource({ scheme: "http", text: url, shown: SHOWN, name: "m.onnx" });
  if (source.kind !== "remote") throw new Error("not remote");
  return source.provider;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What a server with ranges answers, all of it right. */
export function honest(body: Uint8Array, tag: string | undefined): Answering {
  const etag: Record<string, string> = tag === undefined ? {} : { etag: tag };
  return (headers) => {
    const asked = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range") ?? "");
    const condition = headers.get("if-range");
    if (asked === null || (condition !== null && condition !== tag)) return { headers: etag, body };
    const from = Number(asked[1]);
    const to = Math.min(Number(asked[2]) + 1, body.length);
    if (from >= to) return { status: 416, headers: { "content-range": `bytes */${body.length}` } };
    const range = { "content-range": `bytes ${from}-${to - 1}/${body.length}` };
    return { status: 206, headers: { ...etag, ...range }, body: body.subarray(from, to) };
  };
}
