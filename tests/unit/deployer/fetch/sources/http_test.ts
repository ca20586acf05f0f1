import { parseModelUri } from "../../../../../src/deployer/model_uri.ts";
import { sourceFor } from "../../../../../src/deployer/fetch/source.ts";
import { UserError } from "../../../../../src/errors.ts";
import { equal, failure, match, ok } from "../../../../support/assert.ts";
import { honest, sha256Of, trial } from "../../../../support/download_trial.ts";
import { fakeWorld } from "../../../../support/fake_world.ts";
import { noise } from "../../../../support/noise.ts";
import { providerFor } from "../../../../support/provider_trial.ts";
import { scriptedServer } from "../../../../support/scripted_server.ts";

Deno.test("source: a table by scheme", async () => {
  const world = fakeWorld();
  const source = (text: string) => sourceFor(parseModelUri(text), world);
  equal(source("/a b/m.onnx"), { kind: "local", path: "/a b/m.onnx" });
  equal(source("file:///a%20b/m.onnx"), { kind: "local", path: "/a b/m.onnx" });
  const rows: [string, RegExp][] = [
    ["ftp://h/m", /no way to fetch from `ftp/],
    ["file://h/m", /names the machine `h`/],
  ];
  for (const [text, message] of rows) {
    const error = await failure(() => source(text));
    ok(error instanceof UserError);
    match(error.message, message);
  }
});

Deno.test("HTTP: the password becomes a header, the fragment nothing", async () => {
  const { provider } = providerFor("https://us%40er:pw@h/m?a=b#c");
  equal(await provider.get({ range: { from: 0, to: 5 }, validator: '"e"' }), {
    url: "https://h/m?a=b",
    headers: { authorization: `Basic ${btoa("us@er:pw")}`, range: "bytes=0-4", "if-range": '"e"' },
  });
});

Deno.test("HTTP: redirects are followed, and no credentials go to another host", async () => {
  const body = noise(50_000);
  await using other = scriptedServer(honest(body, '"a"'));
  const secret = "http://user:pw@";
  const redirect = (status: number, location: string) => ({ status, headers: { location } });
  const small = { firstBytes: 20_000, smallestPart: 20_000, largestPart: 20_000 };
  const provider = (url: string) => providerFor(url.replace("http://", secret)).provider;
  const { value, requests } = await trial(
    (_, i) => i % 2 === 0 ? redirect(302, "/again") : redirect(307, `${other.url}/m?sig=X`),
    { provider, policy: small, sha256: true },
  );
  equal(value?.sha256, sha256Of(body));
  equal(requests.every((headers) => headers.get("authorization")?.startsWith("Basic ")), true);
  equal(other.requests.map((headers) => headers.get("authorization")), [null, null, null]);
  equal(other.requests.map((headers) => headers.get("range")).sort(), [
    "bytes=0-19999",
    "bytes=20000-39999",
    "bytes=40000-49999",
  ]);
});

Deno.test("HTTP: redirects without end, and to nowhere", async () => {
  const endless = await trial(() => ({ status: 302, headers: { location: "/" } }));
  match(endless.error!.message, /: more than 10 redirects$/);
  const file = await trial(() => ({ status: 302, headers: { location: "file:///etc/passwd" } }));
  match(file.error!.message, /: redirect from http to file refused$/);
});
