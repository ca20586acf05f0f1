import { lastWords } from "../../../src/deployer/last_words.ts";
import { parseModelUri } from "../../../src/deployer/model_uri.ts";
import { networkProblem } from "../../../src/deployer/fetch/network_error.ts";
import { placesOf } from "../../../src/deployer/places.ts";
import {
  elapsedProgress,
  printProgress,
  printSize,
  stepProgress,
} from "../../../src/deployer/progress.ts";
import { sniff } from "../../../src/deployer/unpack/sniff.ts";
import type { Measured } from "../../../src/world.ts";
import { ToolError, UserError } from "../../../src/errors.ts";
import { collisionKey, pathProblem, plainPath } from "../../../src/model/safe_path.ts";
import { equal, failure, match, ok } from "../../support/assert.ts";
import { fakeWorld } from "../../support/fake_world.ts";

Deno.test("model URI: scheme, name, and what may be shown", () => {
  const rows: [string, string, string, string][] = [
    ["/mnt/model/m.onnx", "file", "m.onnx", "/mnt/model/m.onnx"],
    ["file:///mnt/a%20b/m.pt", "file", "m.pt", "file:///mnt/a%20b/m.pt"],
    ["HTTPS://u:p@h/a/m.zip?sig=x#f", "https", "m.zip", "HTTPS://***@h/a/m.zip?***"],
    ["s3://bucket/a/m.onnx", "s3", "m.onnx", "s3://bucket/a/m.onnx"],
    ["https://h/", "https", "model", "https://h/"],
    ["https://h/dir/m.savedmodel/", "https", "m.savedmodel", "https://h/dir/m.savedmodel/"],
  ];
  for (const [text, scheme, name, shown] of rows) {
    equal(parseModelUri(text), { scheme, text, shown, name });
  }
});

Deno.test("model URI: what is none", async () => {
  for (const text of ["model.onnx", "./m.onnx", "C:\\m.onnx", "https://", "https://h/%zz"]) {
    ok(await failure(() => parseModelUri(text)) instanceof UserError, text);
  }
});

Deno.test("network errors: no address in them", () => {
  const rows: [string, string, boolean][] = [
    [
      "error sending request for url (https://h/m?sig=S): client error (Connect): refused (os error 111)",
      "client error (Connect): refused",
      false,
    ],
    [
      "client error: invalid peer certificate: UnknownIssuer",
      "client error: invalid peer certificate: UnknownIssuer",
      true,
    ],
  ];
  for (const [message, reason, lasting] of rows) {
    const problem = networkProblem(new TypeError(message));
    ok(!problem.reason.includes("sig=S"));
    equal(problem.reason, reason);
    equal(problem.lasting, lasting);
  }
});

Deno.test("paths: which names are refused", () => {
  const rows: [string, boolean][] = [
    ["a/b.bin", true],
    ["./a", true],
    ["a..b/c", true],
    ["", false],
    ["/a", false],
    ["../a", false],
    ["a/../b", false],
    ["a/..", false],
    ["a\\b", false],
    ["c:a", false],
    ["a\0b", false],
    ["a\nb", false],
    ["x".repeat(256), false],
  ];
  for (const [name, fine] of rows) equal(pathProblem(name) === undefined, fine, name);
  equal(plainPath("./a//b/"), "a/b");
  equal(collisionKey("\u00c9/A"), collisionKey("e\u0301/a"));
});

Deno.test("sniff: kinds by their first bytes", () => {
  const rows: [string, string][] = [
    ["PK\x03\x04", "zip"],
    ["\x1f\x8b\x08", "gzip"],
    ["BZh91AY", "bzip2"],
    ["\xfd7zXZ\0", "xz"],
    ["\x28\xb5\x2f\xfd", "zstd"],
    [`${"a".repeat(257)}ustar`, "tar"],
    ["\n <html lang=en>", "html"],
    ["\xef\xbb\xbf<?xml", "xml"],
    ["{}", "json"],
    ["\x08\x08\x12\x07pytorch", "unknown"],
    ["", "unknown"],
  ];
  for (const [text, kind] of rows) {
    equal(sniff(Uint8Array.from(text, (c) => c.charCodeAt(0))), kind as ReturnType<typeof sniff>);
  }
});

Deno.test("progress: a line every ten seconds in a log", () => {
  equal(
    printProgress("fetch", { done: 812e6, total: 1890e6, rate: 96e6 }),
    "fetch 42% 812/1890 MB 96 MB/s",
  );
  equal(printProgress("fetch", { done: 5e6, total: undefined, rate: 1e6 }), "fetch 5 MB 1 MB/s");
  equal([96, 3200, 3.16e6, 812e6].map(printSize), ["96 bytes", "3.2 kB", "3.2 MB", "812 MB"]);
  const world = fakeWorld();
  const progress = stepProgress("fetch", world);
  for (let second = 1; second <= 25; second++) {
    world.sleep(1000);
    progress.report(second * 10e6, 1000e6);
  }
  equal(world.stderr, ["fetch 10% 100/1000 MB 10 MB/s", "fetch 20% 200/1000 MB 10 MB/s"]);
});

Deno.test("progress of what cannot tell how far it is: how long it has run", () => {
  const said: string[] = [];
  const streams = { ...fakeWorld().streams, err: (text: string) => said.push(text) };
  const seconds = [0, 10.2, 20.4, 30, 40];
  const real = globalThis.setInterval;
  let tick = () => {};
  globalThis.setInterval = ((call: () => void, every: number) => {
    equal(every, 10_000);
    tick = call;
    return real(() => {}, every);
  }) as typeof setInterval;
  try {
    const now = () => new Date(seconds.shift()! * 1000);
    const progress = elapsedProgress("convert onnx to trt", { streams, now });
    tick();
    tick();
    progress.end();
    const measure = (measured: Measured) => said.push(JSON.stringify(measured));
    elapsedProgress("compare trt with onnx", { streams: { ...streams, measure }, now }).end();
    tick();
  } finally {
    globalThis.setInterval = real;
  }
  equal(said, [
    "convert onnx to trt 10 s",
    "convert onnx to trt 20 s",
    `{"step":"compare","message":"compare trt with onnx","seconds":10}`,
  ]);
});

Deno.test("places: beside the repository, never in it", () => {
  const request = { repository: "/mnt/models", workDirectory: undefined, modelName: "m" };
  equal(placesOf(request), {
    model: "/mnt/models/m",
    scratch: "/mnt/.incoming",
    own: "/mnt/.incoming/m",
    stamp: "/mnt/.incoming/m/stamp.json",
    work: "/mnt/.incoming/m",
    download: "/mnt/.incoming/m/download",
    unpacked: "/mnt/.incoming/m/unpacked",
    converted: "/mnt/.incoming/m/converted",
  });
  match(
    placesOf({ ...request, workDirectory: "/elsewhere" }).download,
    /^\/elsewhere\/m-[0-9a-f]{12}\/d/,
  );
});

Deno.test("last words: short, with the hint, without the address", () => {
  const secret = { text: "https://h/m?sig=S", shown: "https://h/m?***" };
  const tool = new ToolError("cannot fetch https://h/m?sig=S: 403", { hint: "sign it" });
  equal(lastWords(tool, secret), "cannot fetch https://h/m?***: 403\nhint: sign it");
  const user = new UserError([{ where: "inputs", what: "bad" }, { what: "worse", hint: "h" }]);
  equal(lastWords(user, secret), "inputs: bad\nworse\nhint: h");
  const forged = new UserError({ where: "inputs", what: "`x\nfetch 99%` is bad" });
  equal(lastWords(forged, secret), "inputs: `x\\nfetch 99%` is bad");
  match(lastWords(new Error("boom"), secret), /^a bug in helm-navigator: boom$/);
  const long = lastWords(new ToolError("é".repeat(5000)), secret);
  equal(new TextEncoder().encode(long).length, 4096);
  ok(!long.includes("\ufffd"));
});
