import { loginFor, lookForImage } from "../../../src/image/registry.ts";
import { equal } from "../../support/assert.ts";

const signal = new AbortController().signal;
const login = { username: "me", password: "pa:ss" };
const basic = `Basic ${btoa("me:pa:ss")}`;
const challenge = (text: string) =>
  new Response(null, { status: 401, headers: { "www-authenticate": text } });
const BEARER = 'Bearer realm="https://auth.io/token",service="r.io",scope="repository:a/b:pull"';

/** Answers in turn; notes what was asked. */
function registry(...answers: (Response | Error)[]) {
  const asked: string[] = [];
  const fetch = (url: string, { method = "GET", headers = {} }: RequestInit = {}) => {
    const { authorization = "" } = headers as Record<string, string>;
    asked.push([method, url, authorization].filter(Boolean).join(" "));
    const answer = answers.shift() ?? new Error("nothing more is expected");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { asked, http: { fetch } };
}

Deno.test("where an image is looked for", async () => {
  const rows: [image: string, url: string][] = [
    ["r.io/a/b:1", "https://r.io/v2/a/b/manifests/1"],
    ["r.io/b", "https://r.io/v2/b/manifests/latest"],
    ["127.0.0.1:5000/a/b:1@sha256:ab", "http://127.0.0.1:5000/v2/a/b/manifests/sha256:ab"],
    ["b:1", "https://registry-1.docker.io/v2/library/b/manifests/1"],
    ["a/b:1", "https://registry-1.docker.io/v2/a/b/manifests/1"],
    ["docker.io/a/b:1", "https://registry-1.docker.io/v2/a/b/manifests/1"],
  ];
  for (const [image, url] of rows) {
    const { asked, http } = registry(new Response(null));
    equal(await lookForImage({ image, signal }, http), "there");
    equal(asked, [`HEAD ${url}`]);
  }
});

Deno.test("what the registry's answers mean", async () => {
  const look = (...answers: (Response | Error)[]) =>
    lookForImage({ image: "r.io/a/b:1", signal }, registry(...answers).http);
  equal(await look(new Response(null, { status: 404 })), "absent");
  equal(await look(new Response(null, { status: 403 })), "login");
  equal(await look(new Response(null, { status: 500 })), "unknown");
  equal(await look(new Error("no such host")), "unknown");
  equal(await look(challenge("Basic realm=x")), "login");
  equal(await look(challenge("Odd")), "login");
});

Deno.test("a token is asked for, with the login where there is one", async () => {
  const token = () => Response.json({ token: "T" });
  const anonymous = registry(challenge(BEARER), token(), new Response(null));
  equal(await lookForImage({ image: "r.io/a/b:1", signal }, anonymous.http), "there");
  const where = "https://auth.io/token?service=r.io&scope=repository%3Aa%2Fb%3Apull";
  equal(anonymous.asked.slice(1), [
    `GET ${where}`,
    "HEAD https://r.io/v2/a/b/manifests/1 Bearer T",
  ]);
  const known = registry(challenge(BEARER), token(), new Response(null));
  await lookForImage({ image: "r.io/a/b:1", login, signal }, known.http);
  equal(known.asked[1], `GET ${where} ${basic}`);
  const refused = registry(challenge(BEARER), new Response("no", { status: 401 }));
  equal(await lookForImage({ image: "r.io/a/b:1", login, signal }, refused.http), "login");
});

Deno.test("a password is never sent in the clear to another machine", async () => {
  const clear = registry(challenge(BEARER.replace("https", "http")));
  equal(await lookForImage({ image: "r.io/a/b:1", login, signal }, clear.http), "login");
  equal(clear.asked.length, 1);
  const local = registry(challenge("Basic realm=x"), new Response(null));
  equal(await lookForImage({ image: "localhost:5000/b:1", login, signal }, local.http), "there");
  equal(local.asked[1], `HEAD http://localhost:5000/v2/b/manifests/1 ${basic}`);
});

Deno.test("the login of a pull secret", () => {
  const config = (auths: object) => btoa(JSON.stringify({ auths }));
  const auth = btoa("me:pa:ss");
  equal(loginFor("r.io/a/b:1", config({ "r.io": { auth } })), login);
  equal(loginFor("r.io/a/b:1", config({ "https://r.io/v1/": { auth } })), login);
  equal(loginFor("a/b:1", config({ "https://index.docker.io/v1/": { auth } })), login);
  equal(loginFor("r.io/a/b:1", config({ "r.io": login })), login);
  equal(loginFor("r.io/a/b:1", config({ "q.io": { auth } })), undefined);
  equal(loginFor("r.io/a/b:1", "no base64 at all!"), undefined);
  equal(loginFor("r.io/a/b:1", undefined), undefined);
});
