import { listingId, listObjects } from "../../../../src/deployer/fetch/listing.ts";
import type { ListedObject, ListingPage } from "../../../../src/deployer/fetch/provider.ts";
import { POLICY } from "../../../../src/deployer/fetch/transfer.ts";
import { ToolError } from "../../../../src/errors.ts";
import { equal, failure, match, ok } from "../../../support/assert.ts";
import { providerFor } from "../../../support/provider_trial.ts";

const object = (name: string, size = 1): ListedObject => ({ name, size, validator: name });

/** Lists what stands on the pages; each answer in turn may be a refusal. */
function list(pages: readonly ListingPage[], statuses: readonly number[] = []) {
  const trial = providerFor("s3://b/m", {
    answer: () => {
      const status = statuses[trial.calls.length - 1] ?? 200;
      return new Response("<Error><Code>SlowDown</Code></Error>", { status });
    },
  });
  let page = 0;
  const folder = { ...trial.provider.folder!, read: () => pages[page++]! };
  const request = { provider: { ...trial.provider, folder }, shown: "s3://b/m", policy: POLICY };
  return { calls: trial.calls, listed: () => listObjects(request, trial.world) };
}

Deno.test("listing: all pages, sorted, without the marks of folders", async () => {
  const { listed, calls } = list([
    { objects: [object("b/c"), object("", 0), object("b/", 0)], next: "token" },
    { objects: [object("a"), object("b", 0), object("e", 0)], next: undefined },
  ]);
  equal((await listed()).map(({ name }) => name), ["a", "b/c", "e"]);
  equal(calls.map(({ url }) => new URL(url).searchParams.get("continuation-token")), [
    null,
    "token",
  ]);
  equal(calls.map(({ url }) => new URL(url).searchParams.get("prefix")), ["m/", "m/"]);
});

Deno.test("listing: asked again when the store is busy, and not when it says no", async () => {
  const busy = list([{ objects: [object("a")], next: undefined }], [503, 500]);
  equal((await busy.listed()).length, 1);
  equal(busy.calls.length, 3);
  const denied = list([], [403]);
  const error = await failure(denied.listed);
  equal(error.message, "cannot fetch s3://b/m: the server answered 403 (SlowDown)");
  equal(denied.calls.length, 1);
});

Deno.test("listing: names that cannot be files, and too many", async () => {
  const rows: [string[], RegExp][] = [
    [["../x"], /the name `..\/x` leads out of its folder/],
    [["/x"], /`\/x` is absolute/],
    [["a//b"], /`a\/\/b` cannot be that of a file/],
    [["a\u001b[2J"], /`a\\u001b\[2J` holds a control character/],
    [["a", "A"], /`A` is another object's too/],
    [["a", "a/b"], /`a` is another object's too/],
  ];
  for (const [names, message] of rows) {
    const { listed } = list([{ objects: names.map((name) => object(name)), next: undefined }]);
    const error = await failure(listed);
    ok(error instanceof ToolError);
    match(error.message, message);
  }
  const many = Array.from({ length: 10_001 }, (_, i) => object(`${i}`));
  const { listed } = list([{ objects: many, next: undefined }]);
  match((await failure(listed)).message, /more than 10000 objects$/);
});

Deno.test("listing: one word for all of it", () => {
  const id = listingId([object("a"), object("b")]);
  equal(listingId([object("a"), object("b")]), id);
  for (const other of [[object("a")], [object("a"), object("b", 2)], [object("b"), object("a")]]) {
    ok(listingId(other) !== id);
  }
});
