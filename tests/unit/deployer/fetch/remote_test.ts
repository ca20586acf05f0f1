import { fetchRemote, type RemoteRequest } from "../../../../src/deployer/fetch/remote.ts";
import { POLICY } from "../../../../src/deployer/fetch/transfer.ts";
import { ToolError, UserError } from "../../../../src/errors.ts";
import { equal, failure, match, ok } from "../../../support/assert.ts";
import { providerFor } from "../../../support/provider_trial.ts";

interface Bucket {
  /** The status of whatever is no listing. */
  readonly object: number;
  /** Keys below the prefix, or the status of a refusal. */
  readonly listing: readonly string[] | number;
  readonly sha256?: string;
}

/** Fetches `m` from a bucket in which no object has that name. */
async function fromBucket({ object, listing, sha256 }: Bucket, folder: string) {
  const trial = providerFor("s3://b/m", {
    answer: ({ url }) => {
      if (!url.includes("list-type")) return new Response("", { status: object });
      if (typeof listing === "number") return new Response("", { status: listing });
      const items = listing.map((name) =>
        `<Contents><Key>m/${name}</Key><Size>${name === "empty" ? 0 : 9}</Size></Contents>`
      );
      return new Response(`<ListBucketResult>${items.join("")}</ListBucketResult>`);
    },
  });
  const request: RemoteRequest = {
    ...{ provider: trial.provider, address: "s3://b/m", shown: "s3://b/m", to: `${folder}/d` },
    ...{ sha256, policy: POLICY, progress: { report() {}, skip() {}, end() {} } },
  };
  return await failure(() => fetchRemote(request, trial.world));
}

Deno.test("remote: which of two refusals is told", async () => {
  const rows: [Bucket, RegExp][] = [
    [{ object: 404, listing: 403 }, /answered 404$/],
    [{ object: 404, listing: [] }, /answered 404$/],
    [{ object: 404, listing: ["empty"] }, /answered 404$/],
    [{ object: 403, listing: ["a"] }, /answered 403$/],
    [{ object: 404, listing: ["../a"] }, /leads out of its folder/],
  ];
  const folder = await Deno.makeTempDir();
  for (const [bucket, message] of rows) {
    const error = await fromBucket(bucket, folder);
    ok(error instanceof ToolError, `${error.stack}`);
    match(error.message, message);
  }
  const digest = { object: 404, listing: ["a"], sha256: "0".repeat(64) };
  const error = await fromBucket(digest, folder);
  ok(error instanceof UserError);
  equal(error.message, "--model-uri: `s3://b/m` is a folder: it has no SHA-256");
  await Deno.remove(folder, { recursive: true });
});
