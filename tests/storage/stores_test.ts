/** Fetching from real object stores: versitygw (S3), Azurite and fake-gcs-server. */

import { type Fetched, fetchObject } from "../../src/deployer/fetch/fetch.ts";
import { parseModelUri } from "../../src/deployer/model_uri.ts";
import type { Source } from "../../src/deployer/fetch/provider.ts";
import { sourceFor } from "../../src/deployer/fetch/source.ts";
import { type DownloadPolicy, POLICY } from "../../src/deployer/fetch/transfer.ts";
import { isUnchanged } from "../../src/deployer/fetch/unchanged.ts";
import { ToolError } from "../../src/errors.ts";
import type { World } from "../../src/world.ts";
import { equal, failure, match, ok } from "../support/assert.ts";
import { sha256Of } from "../support/download_trial.ts";
import { fakeWorld } from "../support/fake_world.ts";
import { noise } from "../support/noise.ts";
import { startStores, type Store } from "../support/stores.ts";

const BIG = noise(9_000_000);
const MIB = 1 << 20;
const policy: DownloadPolicy = {
  ...POLICY,
  ...{ firstBytes: MIB, smallestPart: MIB, largestPart: MIB },
  ...{ retries: 2, firstWaitMs: 1, longestWaitMs: 10 },
};

interface Trial {
  readonly world: World;
  readonly source: Source;
  readonly log: readonly string[];
  fetch(): Promise<Fetched>;
}

interface TrialOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly sha256?: string;
  /** Before the request of this number goes out. */
  readonly before?: (index: number) => Promise<void>;
}

function trial(store: Store, key: string, options: TrialOptions & { readonly to: string }): Trial {
  const { env = store.env, sha256, before, to } = options;
  const fake = fakeWorld({ env });
  let requests = 0;
  const world: World = {
    ...fake,
    now: () => new Date(),
    http: {
      fetch: async (url, init) => {
        await before?.(requests++);
        return await fetch(url, init);
      },
    },
  };
  const uri = parseModelUri(store.uri(key));
  const source = sourceFor(uri, world);
  const request = { source, address: uri.text, shown: uri.shown, to, sha256, policy };
  return { world, source, log: fake.stderr, fetch: () => fetchObject(request, world) };
}

Deno.test("storage", async (t) => {
  const folder = await Deno.makeTempDir();
  let count = 0;
  const fresh = () => `${folder}/download-${count++}`;
  const stores = await startStores(folder);
  try {
    for (const store of stores) {
      const step = (name: string, deed: () => Promise<void>) =>
        t.step(`${store.name}: ${name}`, deed);
      await step("an object in many parts, with the right digest", async () => {
        await store.put("big.onnx", BIG);
        const sha256 = sha256Of(BIG);
        const fetched = await trial(store, "big.onnx", { to: fresh(), sha256 }).fetch();
        equal(sha256Of(await Deno.readFile(fetched.path)), sha256);
        equal([fetched.object.size, fetched.object.sha256], [BIG.length, sha256]);
        ok(fetched.object.validator);
      });
      await step(
        "without a digest, so with the store's own checksum where it has one",
        async () => {
          const { path } = await trial(store, "big.onnx", { to: fresh() }).fetch();
          equal(sha256Of(await Deno.readFile(path)), sha256Of(BIG));
        },
      );
      await step("keys of every kind", async () => {
        for (const key of ["a b/ü+&=,;@$!'()*~.onnx", "100%.onnx", "%41.onnx", "日本/m.onnx"]) {
          const body = new TextEncoder().encode(key);
          await store.put(key, body);
          const { path } = await trial(store, key, { to: fresh() }).fetch();
          equal(await Deno.readTextFile(path), key);
        }
      });
      await step("an object that is not there", async () => {
        const { fetch, log } = trial(store, "none.onnx", { to: fresh() });
        const error = await failure(fetch);
        ok(error instanceof ToolError);
        match(error.message, /^cannot fetch .*none\.onnx: the server answered 404( \(\w+\))?$/);
        match(error.details.hint!, /upper and lower case/);
        equal(log.length, 1);
      });
      await step("an empty object", async () => {
        await store.put("empty.onnx", new Uint8Array());
        match(
          (await failure(trial(store, "empty.onnx", { to: fresh() }).fetch)).message,
          /0 bytes/,
        );
      });
      await step("a folder, with and without a slash at its end", async () => {
        const files: Record<string, Uint8Array<ArrayBuffer>> = {
          "saved_model.pb": noise(100, 2),
          "variables/variables.data": noise(3_000_000, 3),
          "variables/variables.index": noise(10, 4),
          "assets/none": new Uint8Array(),
        };
        for (const [name, body] of Object.entries(files)) {
          await store.put(`x.savedmodel/${name}`, body);
        }
        await store.put("x.savedmodel.bak/saved_model.pb", noise(5));
        for (const key of ["x.savedmodel", "x.savedmodel/"]) {
          const { fetch, world, source } = trial(store, key, { to: fresh() });
          const { path, object } = await fetch();
          for (const [name, body] of Object.entries(files)) {
            equal(sha256Of(await Deno.readFile(`${path}/${name}`)), sha256Of(body));
          }
          equal((await Array.fromAsync(Deno.readDir(path))).length, 3);
          const asked = { source, shown: "shown", object, sha256: undefined, policy };
          equal(await isUnchanged(asked, world), true);
          await store.put("x.savedmodel/variables/variables.index", noise(11, 5 + count));
          equal(await isUnchanged(asked, world), false);
          await store.put(
            "x.savedmodel/variables/variables.index",
            files["variables/variables.index"]!,
          );
        }
      });
      await step("a folder of very many objects, in pages", async () => {
        for (let i = 0; i < 1005; i += 67) {
          await Promise.all(
            Array.from({ length: 67 }, (_, k) => store.put(`many/${i + k}.txt`, noise(1))),
          );
        }
        const { path } = await trial(store, "many/", { to: fresh() }).fetch();
        equal((await Array.fromAsync(Deno.readDir(path))).length, 1005);
      });
      await step("an empty folder", async () => {
        const error = await failure(trial(store, "nothing/", { to: fresh() }).fetch);
        match(error.message, /^cannot fetch .*nothing\/: nothing is below it$/);
      });
      await step("an object that is replaced midway is never mixed", async () => {
        const other = noise(9_000_000, 9);
        await store.put("changing.onnx", BIG);
        const before = async (index: number) => {
          if (index === 4) await store.put("changing.onnx", other);
        };
        const { fetch, log } = trial(store, "changing.onnx", { to: fresh(), before });
        const { path } = await fetch();
        equal(sha256Of(await Deno.readFile(path)), sha256Of(other));
        ok(log.some((line) => /the object changed meanwhile/.test(line)));
      });
      await step("unchanged, until it is replaced", async () => {
        await store.put("m.onnx", noise(10));
        const { fetch, world, source } = trial(store, "m.onnx", { to: fresh() });
        const { object } = await fetch();
        const asked = { source, shown: "shown", object, sha256: undefined, policy };
        equal(await isUnchanged(asked, world), true);
        await store.put("m.onnx", noise(10, 2));
        equal(await isUnchanged(asked, world), false);
      });
      const { wrongEnv } = store;
      if (wrongEnv === undefined) continue;
      await step("a wrong secret is told at once, in words", async () => {
        const { fetch, log } = trial(store, "big.onnx", { to: fresh(), env: wrongEnv });
        const error = await failure(fetch);
        ok(error instanceof ToolError);
        match(error.message, /answered 403 \((SignatureDoesNotMatch|Auth\w+)\)$/);
        match(error.details.hint!, /key is wrong/);
        equal(log.length, 1);
      });
    }
  } finally {
    for (const store of stores) await store[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
});
