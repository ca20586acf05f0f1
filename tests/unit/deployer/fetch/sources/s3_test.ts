import { UserError } from "../../../../../src/errors.ts";
import { equal, failure, match, ok } from "../../../../support/assert.ts";
import { providerFor, refusal, sent } from "../../../../support/provider_trial.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AK", AWS_SECRET_ACCESS_KEY: "SK" };

Deno.test("S3: where a bucket is", async () => {
  const rows: [string, Record<string, string>, string][] = [
    ["s3://b-1/a/m.onnx", {}, "https://b-1.s3.us-east-1.amazonaws.com/a/m.onnx"],
    ["s3://b-1/m", { AWS_REGION: "eu-west-1" }, "https://b-1.s3.eu-west-1.amazonaws.com/m"],
    [
      "s3://b-1/m",
      { AWS_DEFAULT_REGION: "cn-north-1" },
      "https://b-1.s3.cn-north-1.amazonaws.com.cn/m",
    ],
    ["s3://my.bucket/m", {}, "https://s3.us-east-1.amazonaws.com/my.bucket/m"],
    ["s3://My_Bucket/m", {}, "https://s3.us-east-1.amazonaws.com/My_Bucket/m"],
    ["s3://b-1/m", { AWS_S3_USE_PATH_STYLE: "true" }, "https://s3.us-east-1.amazonaws.com/b-1/m"],
    ["s3://b-1/m", { AWS_ENDPOINT_URL: "http://h:9/" }, "http://h:9/b-1/m"],
    [
      "s3://b-1/m",
      {
        AWS_ENDPOINT_URL: "http://x",
        AWS_ENDPOINT_URL_S3: "https://h",
        AWS_S3_USE_PATH_STYLE: "false",
      },
      "https://b-1.h/m",
    ],
    ["s3://b-1/a b+ü!.onnx", {}, "https://b-1.s3.us-east-1.amazonaws.com/a%20b%2B%C3%BC%21.onnx"],
  ];
  for (const [uri, env, url] of rows) {
    const request = await providerFor(uri, { env }).provider.get({});
    equal(request.url, url);
    equal(request.headers.authorization, undefined);
  }
});

Deno.test("S3: the request of a part", async () => {
  const { provider } = providerFor("s3://b/m", { env: { ...KEYS, AWS_SESSION_TOKEN: "" } });
  const { headers } = await provider.get({ range: { from: 5, to: 10 }, validator: '"e"' });
  equal([headers.range, headers["if-match"]], ["bytes=5-9", '"e"']);
  equal(headers["x-amz-security-token"], undefined);
  match(
    headers.authorization!,
    /^AWS4-HMAC-SHA256 Credential=AK\/20260102\/us-east-1\/s3\/aws4_request, /,
  );
  const head = await provider.get({ head: true });
  equal([head.method, head.headers["x-amz-checksum-mode"]], ["HEAD", "ENABLED"]);
});

Deno.test("S3: a bucket in another region is found, once", async () => {
  const { provider } = providerFor("s3://b-1/m", { env: KEYS });
  const elsewhere = refusal(301, "", { "x-amz-bucket-region": "eu-north-1" });
  equal([provider.adapt(elsewhere, sent()), provider.adapt(elsewhere, sent())], [true, false]);
  const request = await provider.get({});
  match(request.url, /^https:\/\/b-1\.s3\.eu-north-1\./);
  match(request.headers.authorization!, /\/eu-north-1\/s3\//);
  const told = refusal(400, "<Code>AuthorizationHeaderMalformed</Code><Region>ap-east-1</Region>");
  equal([provider.adapt(told, sent()), provider.adapt(elsewhere, sent())], [true, false]);
});

Deno.test("S3: a role of the service account, renewed before it ends", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "JWT\n");
  const env = {
    AWS_ROLE_ARN: "arn:aws:iam::1:role/r",
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_ENDPOINT_URL_STS: "http://sts",
  };
  let given = 0;
  const trial = providerFor("s3://b/m", {
    env,
    answer: () => {
      given++;
      return new Response(
        `<Credentials><AccessKeyId>AK${given}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>` +
          `<SessionToken>T&amp;${given}</SessionToken><Expiration>${
            new Date(trial.world.now().getTime() + 3_600_000).toISOString()
          }</Expiration></Credentials>`,
      );
    },
  });
  const token = async () => (await trial.provider.get({})).headers["x-amz-security-token"];
  equal(await Promise.all([token(), token()]), ["T&1", "T&1"]);
  const [call] = trial.calls;
  equal([call!.method, call!.url], ["POST", "http://sts/"]);
  equal(Object.fromEntries(new URLSearchParams(call!.body)), {
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: env.AWS_ROLE_ARN,
    RoleSessionName: "helm-navigator",
    WebIdentityToken: "JWT",
  });
  trial.later(3_200_000);
  equal(await token(), "T&1");
  trial.later(200_000);
  equal(await token(), "T&2");
  const adapt = (token: string) =>
    trial.provider.adapt(
      refusal(400, "<Code>ExpiredToken</Code>"),
      sent({ "x-amz-security-token": token }),
    );
  equal([adapt("T&1"), adapt("T&2")], [true, false]);
  trial.later(100_000);
  equal([adapt("T&2"), adapt("T&2")], [true, true]);
  equal(await Promise.all([token(), token()]), ["T&3", "T&3"]);
  equal([adapt("T&2"), adapt("T&3")], [true, false]);
  await Deno.remove(file);
});

Deno.test("S3: EKS pod identity", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "SECRET");
  const { provider, calls } = providerFor("s3://b/m", {
    env: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://169.254.170.23/v1/credentials",
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
    },
    answer: () =>
      Response.json({
        AccessKeyId: "A",
        SecretAccessKey: "S",
        Token: "T",
        Expiration: "2030-01-01",
      }),
  });
  equal((await provider.get({})).headers["x-amz-security-token"], "T");
  equal(calls.map(({ url, headers }) => [url, headers.get("authorization")]), [
    ["http://169.254.170.23/v1/credentials", "SECRET"],
  ]);
  await Deno.remove(file);
});

Deno.test("S3: credentials that cannot be had", async () => {
  const file = await Deno.makeTempFile();
  const role = { AWS_ROLE_ARN: "r", AWS_WEB_IDENTITY_TOKEN_FILE: file };
  const denied = providerFor("s3://b/m", {
    env: role,
    answer: () =>
      new Response("<Code>AccessDenied</Code><Message>SECRET</Message>", { status: 403 }),
  });
  const error = await failure(() => denied.provider.get({}));
  equal(
    error.message,
    "cannot get credentials from AWS STS: the server answered 403 (AccessDenied)",
  );
  equal(denied.calls.length, 1);
  await Deno.remove(file);
  const missing = await failure(() => providerFor("s3://b/m", { env: role }).provider.get({}));
  match(missing.message, /^AWS_WEB_IDENTITY_TOKEN_FILE: cannot be read: No such file/);
  const half = await failure(() => providerFor("s3://b/m", { env: { AWS_ACCESS_KEY_ID: "A" } }));
  equal(half.message, "AWS_SECRET_ACCESS_KEY: is not set, but AWS_ACCESS_KEY_ID is");
});

Deno.test("S3: addresses that name nothing", async () => {
  for (
    const uri of ["s3://b", "s3://b/", "s3:///m", "s3://b/a/../m", "s3://b/m?X-Amz-Signature=1"]
  ) {
    ok(await failure(() => providerFor(uri)) instanceof UserError, uri);
  }
});

Deno.test("S3: why not", () => {
  const rows: [Record<string, string>, number, string, RegExp][] = [
    [KEYS, 403, "SignatureDoesNotMatch", /secret access key is wrong/],
    [KEYS, 403, "AccessDenied", /s3:ListBucket/],
    [KEYS, 403, "", /s3:ListBucket/],
    [KEYS, 400, "ExpiredToken", /expired/],
    [KEYS, 404, "NoSuchBucket", /no such bucket/],
    [KEYS, 404, "", /upper and lower case/],
    [{}, 403, "AccessDenied", /deployer\.awsCredentialsFile/],
  ];
  for (const [env, status, code, hint] of rows) {
    const { provider } = providerFor("s3://b/m", { env });
    const text = code && `<Error><Code>${code}</Code><Message>AK SECRET</Message></Error>`;
    const told = provider.explain(refusal(status, text));
    equal(told.code, code || undefined);
    match(told.hint!, hint);
  }
  const { provider } = providerFor("s3://b/m");
  equal(provider.explain(refusal(400, "<Code>RequestTimeout</Code>")).passing, true);
});

Deno.test("S3: whose checksum it is", () => {
  const { checksumOf } = providerFor("s3://b/m").provider;
  const crc = { "x-amz-checksum-crc32": "y/Q5Jg==" };
  const told = { algorithm: "crc32", value: "cbf43926" };
  equal(checksumOf(new Headers(crc), false), told);
  equal(checksumOf(new Headers(crc), true), undefined);
  equal(checksumOf(new Headers({ ...crc, "x-amz-checksum-type": "COMPOSITE" }), false), undefined);
  equal(
    checksumOf(new Headers({ "x-amz-checksum-sha256": `${"A".repeat(43)}=-3` }), false),
    undefined,
  );
  equal(checksumOf(new Headers({ etag: '"900150983cd24fb0d6963f7d28e17f72"' }), false), undefined);
});
