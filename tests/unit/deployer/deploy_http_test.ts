import { Interrupted, ToolError, UserError } from "../../../src/errors.ts";
import { realFiles } from "../../../src/io/files.ts";
import type { Files } from "../../../src/world.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import { inPlace } from "../../support/deploy_place.ts";
import { onnx, smallOnnx } from "../../support/onnx.ts";

/** The same small model at every address. */
function serveModel(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(smallOnnx() as Uint8Array<ArrayBuffer>, { headers: { etag: '"1"' } }),
  );
}

Deno.test("deploy: over HTTP, unchanged, changed, away", async () => {
  let [body, tag, status] = [smallOnnx(), '"1"', 200];
  const asked: (string | null)[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      asked.push(request.headers.get("range"));
      if (status !== 200) return new Response("no", { status });
      return new Response(body as Uint8Array<ArrayBuffer>, { headers: { etag: tag } });
    },
  );
  const uri = `http://127.0.0.1:${server.addr.port}/m.onnx?sig=SECRET`;
  await inPlace(async ({ folder, run, tree }) => {
    await run(uri);
    equal(await tree(), ["m/1/model.onnx", "m/config.pbtxt"]);
    equal(await tree(".incoming"), ["m/stamp.json"]);
    match((await run(uri)).join(), /^already complete/);
    body = onnx({ inputs: [{ name: "x", shape: [-1] }], outputs: [{ name: "z", shape: [-1] }] });
    tag = '"2"';
    await run(uri);
    match(await Deno.readTextFile(`${folder}/models/m/config.pbtxt`), /name: "z"/);
    status = 403;
    const [kept, complete] = await run(uri);
    match(
      kept!,
      /^cannot ask whether http.*\?\*\*\* has changed: the server answered 403; keeping/,
    );
    match(complete!, /^already complete/);
    const [all, first] = ["bytes=0-8388607", "bytes=0-0"];
    equal(asked, [all, first, first, all, first]);
    const stamp = await Deno.readTextFile(`${folder}/.incoming/m/stamp.json`);
    ok(!stamp.includes("SECRET"));
  });
});

Deno.test("deploy: an interrupt leaves nothing half-written", async () => {
  const controller = new AbortController();
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(9)) })),
  );
  await inPlace(async ({ run, tree }) => {
    setTimeout(() => controller.abort(new Interrupted()), 100);
    const uri = `http://127.0.0.1:${server.addr.port}/m.onnx`;
    const error = await failure(() => run(uri, {}, { signal: controller.signal }));
    ok(error instanceof Interrupted);
    equal(await tree(".incoming"), []);
  });
});

Deno.test("deploy: what was downloaded before a failure serves the next run", async () => {
  const body = smallOnnx();
  const asked: (string | null)[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const range = request.headers.get("range");
      asked.push(range);
      const [from, last] = /(\d+)-(\d+)/.exec(range!)!.slice(1).map(Number);
      const to = Math.min(last! + 1, body.length);
      return new Response(body.slice(from!, to), {
        status: 206,
        headers: { etag: '"1"', "content-range": `bytes ${from}-${to - 1}/${body.length}` },
      });
    },
  );
  await inPlace(async ({ run, tree }) => {
    const uri = `http://127.0.0.1:${server.addr.port}/m.onnx`;
    const error = await failure(() => run(uri, { inputs: ["x:-1,9:float32"] }));
    ok(error instanceof UserError);
    equal(await tree(".incoming"), ["m/download", "m/download.journal"]);
    await run(uri);
    equal(asked, ["bytes=0-8388607", "bytes=0-0"]);
    equal(await tree(".incoming"), ["m/stamp.json"]);
  });
});

Deno.test("deploy: a full disk is told, and nothing is placed", async () => {
  await using server = serveModel();
  const real = realFiles();
  const full = () => {
    throw Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  };
  const files: Files = {
    ...real,
    untilBoot: () => Promise.resolve(files),
    openPart: async (path: string) => ({ ...await real.openPart(path), writeAt: full }),
  };
  await inPlace(async ({ folder, run }) => {
    const uri = `http://127.0.0.1:${server.addr.port}/m.onnx`;
    const error = await failure(() => run(uri, {}, { files }));
    ok(error instanceof ToolError);
    equal(error.message, "cannot write the download: No space left on device");
    match(error.details.hint!, /make it larger/);
    equal(await real.kind(`${folder}/models/m`), undefined);
  });
});

Deno.test("deploy: a disk that could not take the model after all makes it come again", async () => {
  await using server = serveModel();
  const real = realFiles();
  const failing: Files = {
    ...real,
    untilBoot: async (folders) => ({
      ...await real.untilBoot(folders),
      flush: () => Promise.reject(new Error("No space left on device (os error 28)")),
    }),
  };
  await inPlace(async ({ run }) => {
    const uri = `http://127.0.0.1:${server.addr.port}/m.onnx`;
    await run(uri);
    const [why, fetched] = await run(uri, {}, { files: failing });
    equal(why, "the disk may lack some of the model, it is done again: No space left on device");
    match(fetched!, /^fetch http/);
    match((await run(uri)).join(), /^already complete/);
  });
});

Deno.test("deploy: the disk is waited for where its files do not say how long they last", async () => {
  await using server = serveModel();
  const real = realFiles();
  const { syncData } = Deno.FsFile.prototype;
  let syncs = 0;
  Deno.FsFile.prototype.syncData = function () {
    syncs++;
    return syncData.call(this);
  };
  try {
    await inPlace(async ({ run, folder }) => {
      const uri = `http://127.0.0.1:${server.addr.port}/m.onnx`;
      await run(uri);
      // On the file system of the tests' folder, that is.
      equal(syncs > 0, (await real.untilBoot([folder])).boot === undefined);
      syncs = 0;
      const files: Files = { ...real, untilBoot: () => Promise.resolve(files) };
      await run(uri.replace("m.onnx", "n.onnx"), {}, { files });
      ok(syncs >= 2, `${syncs} times: the download, and the stamp`);
    });
  } finally {
    Deno.FsFile.prototype.syncData = syncData;
  }
});

Deno.test("deploy: the deadline ends it with words", async () => {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(9)) })),
  );
  await inPlace(async ({ run }) => {
    const uri = `http://127.0.0.1:${server.addr.port}/m.onnx`;
    const error = await failure(() => run(uri, { deadline_seconds: ["1"] }));
    ok(error instanceof ToolError);
    equal(error.message, "the deployer is not done after 1 s");
  });
});
