/** What a machine that boots again may have lost is done again; what it surely still has, is not. */

import { equal, match } from "../support/assert.ts";
import { smallOnnx } from "../support/onnx.ts";
import { PROGRAM, runProgram } from "../support/program.ts";

const BOOT_ID = "/proc/sys/kernel/random/boot_id";
const PART = 8 * 2 ** 20;

interface Site {
  readonly folder: string;
  /** Runs `deploy` after what the shell does in a mount namespace of its own. */
  readonly run: (setUp: string) => Promise<string>;
  /** What was asked for since this was called last; while `broken`, all but the first part fails. */
  readonly asked: (broken?: boolean) => readonly string[];
}

Deno.test("a model that was seen twice outlives a boot, one that was not is made again", () =>
  inSite(async ({ run, folder }) => {
    match(await run(""), /^fetch http.*\nfetch done: 21 MB\n/);
    const lost =
      /^the disk may lack some .*: the machine has booted since, or is another\nfetch http/;
    match(await run(bootAgain(folder, "1")), lost);
    match(await run(bootAgain(folder, "2")), lost);
    match(await run(bootAgain(folder, "2")), /^already complete: /);
    match(await run(bootAgain(folder, "3")), /^already complete: /);
    equal((await Deno.stat(`${folder}/v/models/m/1/model.onnx`)).size, BODY.length);
  }));

Deno.test("what an address with a signature gave is waited for: it will not give it again", () =>
  inSite(async ({ run, folder }) => {
    match(await run("export MODEL_URI=$MODEL_URI?sig=1"), /^fetch http.*\nfetch done: 21 MB\n/);
    const again = `${bootAgain(folder, "1")} && export MODEL_URI=$MODEL_URI?sig=1`;
    match(await run(again), /^already complete: /);
  }));

Deno.test("a download goes on, but not after the machine has booted", async (t) => {
  for (const boots of [false, true]) {
    await t.step(boots ? "booted" : "killed only", () =>
      inSite(async ({ run, asked, folder }) => {
        asked(true);
        match(await run(""), /cannot fetch .*: the server answered 403/);
        asked();
        await run(boots ? bootAgain(folder, "1") : "");
        equal(asked().includes(`bytes=0-${PART - 1}`), boots);
        equal(await Deno.readFile(`${folder}/v/models/m/1/model.onnx`), BODY);
      }));
  }
});

Deno.test("where a write may fail later, the disk is waited for, and a boot loses nothing", () =>
  inSite(async ({ run, folder }) => {
    // No network storage is here, so one that the program does not know stands for it.
    const mount = `mount -t ramfs none ${folder}/v && cp -r ${folder}/kept/. ${folder}/v`;
    const keep = `&& ${program(folder)} && cp -r ${folder}/v/. ${folder}/kept && exit 0`;
    match(await run(`${mount} ${keep}`), /^fetch http.*fetch done/s);
    match(await run(`${bootAgain(folder, "1")} && ${mount} ${keep}`), /^already complete: /);
  }));

/** 20 MiB that are an ONNX model: what follows it is a field that readers skip. */
const BODY = ((model) => {
  const size = 20 * 2 ** 20;
  const body = new Uint8Array(model.length + 6 + size).fill(7);
  body.set(model);
  // Field 99, of as many bytes: a tag of two, and a length of four.
  body.set(
    [0x9a, 0x06, ...[0, 7, 14, 21].map((at) => (size >> at) & 0x7f | (at < 21 ? 0x80 : 0))],
    model.length,
  );
  return body;
})(smallOnnx());

function bootAgain(folder: string, id: string): string {
  return `echo boot-${id} >${folder}/boot && mount --bind ${folder}/boot ${BOOT_ID}`;
}

function program(folder: string): string {
  return `${PROGRAM} deploy --model-name m --model-repository ${folder}/v/models`;
}

async function inSite(test: (site: Site) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  let ranges: string[] = [];
  let isBroken = false;
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const range = request.headers.get("range")!;
      ranges.push(range);
      const [from = 0, last = 0] = /(\d+)-(\d+)/.exec(range)!.slice(1).map(Number);
      if (isBroken && from > 0) return new Response("no", { status: 403 });
      const to = Math.min(last + 1, BODY.length);
      return new Response(BODY.slice(from, to), {
        status: 206,
        headers: { etag: '"1"', "content-range": `bytes ${from}-${to - 1}/${BODY.length}` },
      });
    },
  );
  const env = { MODEL_URI: `http://127.0.0.1:${server.addr.port}/m.onnx` };
  try {
    for (const name of ["v", "kept"]) await Deno.mkdir(`${folder}/${name}`);
    await test({
      folder,
      run: async (setUp) => {
        const script = `${setUp || "true"}\nexec ${program(folder)}`;
        return (await runProgram("unshare", ["--mount", "sh", "-ec", script], { env })).stderr;
      },
      asked: (broken = false) => {
        isBroken = broken;
        const since = ranges;
        ranges = [];
        return since;
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
