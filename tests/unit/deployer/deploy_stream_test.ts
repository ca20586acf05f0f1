/** deploy: a TAR archive is unpacked while it comes, and nothing of it counts before all of it is right. */

import { gzipSync } from "node:zlib";
import { ToolError, UserError } from "../../../src/errors.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import { inPlace, type Place } from "../../support/deploy_place.ts";
import { sha256Of } from "../../support/download_trial.ts";
import { noise } from "../../support/noise.ts";
import { smallOnnx } from "../../support/onnx.ts";
import { scriptedServer } from "../../support/scripted_server.ts";
import { concat, tar } from "../../support/tar.ts";

const parts = [
  { name: "model/model.onnx", body: smallOnnx() },
  { name: "model/labels.txt", body: noise(300_000) },
];
const packed = new Uint8Array(gzipSync(tar(parts)));

async function served(
  place: Place,
  bodies: readonly {
    readonly body: Uint8Array;
    readonly length?: number;
    readonly etag?: string;
  }[],
  flags: Record<string, string[]> = {},
): Promise<string[]> {
  await using server = scriptedServer(
    bodies.map(({ body, length = body.length, etag = '"a"' }) => ({
      body,
      length,
      headers: { etag },
    })),
  );
  return await place.run(`${server.url}/m.tar.gz`, flags);
}

Deno.test("deploy: a TAR archive over HTTP becomes the model in it", () =>
  inPlace(async (place) => {
    const log = await served(place, [{ body: packed }], { model_sha256: [await sha256Of(packed)] });
    equal(await place.tree(), ["m/1/model.onnx", "m/config.pbtxt"]);
    ok(!log.some((line) => line.startsWith("unpack ")), "it was unpacked again");
  }));

Deno.test("deploy: what was unpacked of a wrong or a cut object is thrown away", () =>
  inPlace(async (place) => {
    const wrong = { model_sha256: ["0".repeat(64)] };
    const error = await failure(() => served(place, [{ body: packed }], wrong));
    ok(error instanceof ToolError);
    match(error.message, /is not the expected object/);
    const hidden = new Uint8Array(gzipSync(concat(tar(parts), tar(parts))));
    const refused = await failure(() => served(place, [{ body: hidden }]));
    ok(refused instanceof UserError);
    match(refused.message, /is followed by more data, maybe by another archive/);
    equal((await place.tree(".")).filter((path) => /onnx|labels|pbtxt/.test(path)), []);
  }));

Deno.test("deploy: an object that changes midway is unpacked from its beginning", () =>
  inPlace(async (place) => {
    const other = [{ ...parts[0]!, name: "model/other.onnx" }, parts[1]!];
    const changed = new Uint8Array(gzipSync(tar(other)));
    const half = packed.subarray(0, packed.length >> 1);
    await served(place, [
      { body: half, length: packed.length },
      { body: changed, etag: '"b"' },
    ]);
    equal(await place.tree(), ["m/1/model.onnx", "m/config.pbtxt"]);
  }));
