import { ToolError } from "../../../src/errors.ts";
import { waitUntilReady } from "../../../src/tester/ready.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import { type Said, stubWorld } from "./stub_world.ts";

const address = { url: "http://m:8000", model: "m", modelVersion: 1 };
const READY = "GET http://m:8000/v2/models/m/versions/1/ready";
const INDEX = "POST http://m:8000/v2/repository/index";
const NOT_READY: Said = [400, '{"error":"Model version not ready"}'];
const REFUSED = new TypeError(
  `error sending request for url (${READY}): client error (Connect): tcp connect error: ` +
    "Connection refused (os error 111)",
);

Deno.test("it asks every second and says every ten seconds why it waits", async () => {
  const world = stubWorld({
    server: { [READY]: [...Array(12).fill(REFUSED), NOT_READY, [200, ""]] },
  });
  await waitUntilReady(address, 60, world);
  equal(world.stderr, [
    "wait for model m version 1 at http://m:8000, up to 60 s",
    "wait 10/60 s: Connection refused",
    "ready after 13 s",
  ]);
});

const index = (entries: unknown) => ({ [INDEX]: [[200, JSON.stringify(entries)] as Said] });

Deno.test("at the deadline it says what the server answered, and what to look at", async () => {
  const timeout = new DOMException("signal timed out", "TimeoutError");
  const cases: readonly [Said, Record<string, readonly Said[]>, RegExp, RegExp][] = [
    [REFUSED, {}, /after 2 s: Connection refused$/, /Service of the inference release/],
    [timeout, {}, /no answer within 5 s$/, /Service of the inference release/],
    [NOT_READY, { [INDEX]: [[404, ""]] }, /: 400 Model version not ready$/, /does not serve/],
    [
      [503, "upstream\nconnect error"],
      { [INDEX]: [[503, ""]] },
      /503 upstream connect error$/,
      /starting/,
    ],
    [
      NOT_READY,
      index([{ name: "m", version: "1", state: "UNAVAILABLE", reason: "no such\n\nfile" }]),
      /its state is UNAVAILABLE, no such file$/,
      /kubectl logs/,
    ],
    [NOT_READY, index([{ name: "other", state: "READY" }]), /has other, and not m$/, /status/],
    [
      NOT_READY,
      index([{ name: "m", version: "2", state: "READY" }]),
      /versions of it: 2$/,
      /status/,
    ],
  ];
  for (const [said, more, message, hint] of cases) {
    const world = stubWorld({ server: { [READY]: [said], ...more } });
    const error = await failure(() => waitUntilReady(address, 2, world));
    ok(error instanceof ToolError, error.stack);
    match(error.message, message);
    match(error.details.hint ?? "", hint);
    world.done();
  }
});

Deno.test("an interruption ends the wait", async () => {
  const reason = new Error("interrupted");
  const world = stubWorld({ server: { [READY]: [REFUSED] } });
  equal(
    await failure(() =>
      waitUntilReady(address, 2, { ...world, signal: AbortSignal.abort(reason) })
    ),
    reason,
  );
});
