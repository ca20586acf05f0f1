/** Downloads that are killed at random moments: the next run goes on, and ends in the right bytes. */

import { equal, ok } from "../support/assert.ts";
import { sha256Of } from "../support/download_trial.ts";
import { noise, random } from "../support/noise.ts";
import { command, ROOT } from "../support/program.ts";

const ROUNDS = 40;
const SEED = Number(Deno.env.get("NAVIGATOR_SEED") ?? Date.now() % 1e6);
const BODY = noise(16 << 20, SEED);
const CHUNK = 1 << 16;
const CHUNK_MS = 10;

/** Slow enough to be killed on its way; counts what it sends. */
function slowly({ from, to }: { from: number; to: number }, sent: (bytes: number) => void) {
  let at = from;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      await new Promise((resolve) => setTimeout(resolve, CHUNK_MS));
      const bytes = BODY.subarray(at, Math.min(to, at + CHUNK));
      controller.enqueue(bytes);
      sent(bytes.length);
      if ((at += bytes.length) >= to) controller.close();
    },
  });
}

Deno.test(`killed at ${ROUNDS} random moments, seed ${SEED}: resumed, and right`, async () => {
  const next = random(SEED);
  const folder = await Deno.makeTempDir();
  const digest = sha256Of(BODY);
  let sent = 0;
  let watch = () => {};
  const send = (bytes: number) => {
    sent += bytes;
    watch();
  };
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const [from, last] = /(\d+)-(\d+)/.exec(request.headers.get("range")!)!.slice(1).map(Number);
      const range = { from: from!, to: Math.min(last! + 1, BODY.length) };
      return new Response(slowly(range, send), {
        status: 206,
        headers: {
          "etag": '"a"',
          "content-length": `${range.to - range.from}`,
          "content-range": `bytes ${range.from}-${range.to - 1}/${BODY.length}`,
        },
      });
    },
  );
  const start = (to: string) => {
    const uri = `http://127.0.0.1:${server.addr.port}/m.onnx`;
    const args = ["run", "-A", "--no-check", `${ROOT}tests/support/fetch_child.ts`, uri, to];
    return command(Deno.execPath(), args).spawn();
  };
  try {
    let killed = 0;
    let resumed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const to = `${folder}/${round}`;
      sent = 0;
      const last = next() * BODY.length;
      const child = start(to);
      const ended = child.output();
      await Promise.race([
        ended,
        new Promise<void>((resolve) => watch = () => void (sent >= last && resolve())),
      ]);
      try {
        child.kill("SIGKILL");
      } catch {
        // It was faster.
      }
      const { signal } = await ended;
      sent = 0;
      const { code, stderr } = await start(to).output();
      equal(code, 0, new TextDecoder().decode(stderr));
      equal(sha256Of(await Deno.readFile(to)), digest, `round ${round}`);
      if (signal !== null) killed++;
      if (signal !== null && sent < BODY.length) resumed++;
      await Deno.remove(to);
    }
    ok(killed >= ROUNDS * 0.7, `only ${killed} of ${ROUNDS} runs were killed in time`);
    ok(resumed >= killed / 3, `only ${resumed} of ${killed} killed runs were resumed`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
