import { createVerify, generateKeyPairSync } from "node:crypto";
import { UserError } from "../../../../../src/errors.ts";
import { equal, failure, match, ok } from "../../../../support/assert.ts";
import { providerFor, refusal } from "../../../../support/provider_trial.ts";

async function withKeyFile(content: unknown, test: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, typeof content === "string" ? content : JSON.stringify(content));
  await test(path).finally(() => Deno.remove(path));
}

Deno.test("GCS: the request of a part, of an emulator without credentials", async () => {
  const env = { STORAGE_EMULATOR_HOST: "localhost:4443" };
  const { provider } = providerFor("gs://b/a/ü m.onnx", { env });
  const request = await provider.get({ range: { from: 0, to: 9 }, validator: "17" });
  equal(request, {
    url:
      "http://localhost:4443/storage/v1/b/b/o/a%2F%C3%BC%20m.onnx?alt=media&ifGenerationMatch=17",
    headers: { range: "bytes=0-8" },
  });
});

Deno.test("GCS: a service account's key becomes a token", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = {
    type: "service_account",
    client_email: "a@b",
    private_key_id: "id",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    token_uri: "http://token/",
  };
  await withKeyFile(key, async (path) => {
    const env = { GOOGLE_APPLICATION_CREDENTIALS: path };
    const answer = () => Response.json({ access_token: "T", expires_in: 3600 });
    const { provider, calls } = providerFor("gs://b/m", { env, answer });
    equal((await provider.get({})).headers.authorization, "Bearer T");
    equal((await provider.folder!.list(undefined)).headers.authorization, "Bearer T");
    equal(calls.map(({ url }) => url), ["http://token/"]);
    const assertion = new URLSearchParams(calls[0]!.body).get("assertion")!;
    const [header, claim, signature] = assertion.split(".") as [string, string, string];
    ok(
      createVerify("RSA-SHA256").update(`${header}.${claim}`).verify(
        publicKey,
        signature,
        "base64url",
      ),
    );
    const seconds = Date.parse("2026-01-02T03:04:05Z") / 1000;
    equal(JSON.parse(atob(claim.replaceAll("-", "+").replaceAll("_", "/"))), {
      iss: "a@b",
      scope: "https://www.googleapis.com/auth/devstorage.read_only",
      aud: "http://token/",
      iat: seconds,
      exp: seconds + 3600,
    });
  });
});

Deno.test("GCS: key files that are none", async () => {
  const broken = { type: "service_account", client_email: "a@b", private_key: "SECRET" };
  for (
    const content of ["SECRET", { type: "service_account" }, { type: "other" }, "null", broken]
  ) {
    await withKeyFile(content, async (path) => {
      const env = { GOOGLE_APPLICATION_CREDENTIALS: path };
      const error = await failure(() => providerFor("gs://b/m", { env }).provider.get({}));
      ok(error instanceof UserError, `${error}`);
      match(error.message, /^GOOGLE_APPLICATION_CREDENTIALS: /);
      ok(!error.message.includes("SECRET"));
    });
  }
});

Deno.test("GCS: GKE's metadata server, or nobody", async () => {
  const env = { GCE_METADATA_HOST: "metadata:80" };
  const answer = () => Response.json({ access_token: "T", expires_in: 3600 });
  const { provider, calls } = providerFor("gs://b/m", { env, answer });
  equal((await provider.get({})).headers.authorization, "Bearer T");
  equal([calls[0]!.url, calls[0]!.headers.get("metadata-flavor")], [
    "http://metadata:80/computeMetadata/v1/instance/service-accounts/default/token",
    "Google",
  ]);
  const none = providerFor("gs://b/m", { env, answer: () => new Response("", { status: 404 }) });
  equal((await none.provider.get({})).headers, {});
  match(none.provider.explain(refusal(401)).hint!, /deployer\.gcsCredentialsFile/);
});

Deno.test("GCS: checksums of the object as it is stored", () => {
  const { checksumOf } = providerFor("gs://b/m").provider;
  const both = "crc32c=4waSgw==,md5=kAFQmDzST7DWlj99KOF/cg==";
  const md5 = { algorithm: "md5", value: "900150983cd24fb0d6963f7d28e17f72" };
  equal(checksumOf(new Headers({ "x-goog-hash": both }), true), md5);
  equal(checksumOf(new Headers({ "x-goog-hash": "crc32c=4waSgw==" }), true), {
    algorithm: "crc32c",
    value: "e3069283",
  });
  const stored = { "x-goog-hash": both, "x-goog-stored-content-encoding": "gzip" };
  equal(checksumOf(new Headers(stored), true), undefined);
});
