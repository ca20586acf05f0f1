import { parseConnectionString } from "../../../../../src/deployer/fetch/sources/connection_string.ts";
import { UserError } from "../../../../../src/errors.ts";
import { equal, failure, match, ok } from "../../../../support/assert.ts";
import { honest, sha256Of, trial } from "../../../../support/download_trial.ts";
import { noise } from "../../../../support/noise.ts";
import {
  providerFor,
  type ProviderTrial,
  refusal,
  sent,
} from "../../../../support/provider_trial.ts";

const KEY = btoa("secret");
const connection = (text: string) => ({ AZURE_STORAGE_CONNECTION_STRING: text });

Deno.test("Azure: connection strings", async () => {
  const none = { key: undefined, sas: undefined };
  const rows: [string, ReturnType<typeof parseConnectionString>][] = [
    [
      `DefaultEndpointsProtocol=https;AccountName=acc1;AccountKey=${KEY};EndpointSuffix=core.windows.net`,
      { ...none, name: "acc1", endpoint: "https://acc1.blob.core.windows.net", key: KEY },
    ],
    [
      "BlobEndpoint=https://acc1.blob.core.windows.net/;SharedAccessSignature=?sv=1&sig=a%3D",
      {
        ...none,
        name: "acc1",
        endpoint: "https://acc1.blob.core.windows.net",
        sas: "sv=1&sig=a%3D",
      },
    ],
    [
      "BlobEndpoint=https://models.example.com;SharedAccessSignature=sig=x",
      { ...none, name: undefined, endpoint: "https://models.example.com", sas: "sig=x" },
    ],
    [
      `accountname=acc1;AccountKey=${KEY};BlobEndpoint=http://127.0.0.1:9/acc1;`,
      { ...none, name: "acc1", endpoint: "http://127.0.0.1:9/acc1", key: KEY },
    ],
  ];
  for (const [text, expected] of rows) equal(parseConnectionString(text), expected);
  equal(parseConnectionString("UseDevelopmentStorage=true").name, "devstoreaccount1");
  for (
    const text of [
      "SECRET",
      "AccountName=a;SECRET",
      "AccountName=a;AccountKey=SECRET!",
      `AccountKey=${KEY}`,
    ]
  ) {
    const error = await failure(() => parseConnectionString(text));
    ok(error instanceof UserError && !error.message.includes("SECRET"), error.message);
  }
});

Deno.test("Azure: key, signature, or nobody", async () => {
  const rows: [Record<string, string>, string, RegExp | undefined][] = [
    [
      connection(`AccountName=acc1;AccountKey=${KEY}`),
      "https://acc1.blob.core.windows.net/c/a%20b",
      /^SharedKey acc1:/,
    ],
    [
      connection("BlobEndpoint=https://h;SharedAccessSignature=sv=1&sig=a%3D"),
      "https://h/c/a%20b?sv=1&sig=a%3D",
      undefined,
    ],
    [{}, "https://acc1.blob.core.windows.net/c/a%20b", undefined],
    [
      { AZURE_AUTHORITY_HOST: "https://login.microsoftonline.us/" },
      "https://acc1.blob.core.usgovcloudapi.net/c/a%20b",
      undefined,
    ],
  ];
  for (const [env, url, authorization] of rows) {
    const request = await providerFor("as://acc1/c/a b", { env }).provider.get({});
    equal(request.url, url);
    const given = request.headers.authorization;
    if (authorization === undefined) equal(given, undefined);
    else match(given!, authorization);
  }
});

Deno.test("Azure: another account than the connection string's is a wrong request", async () => {
  const env = connection(`AccountName=acc1;AccountKey=${KEY}`);
  const error = await failure(() => providerFor("as://acc2/c/m", { env }));
  ok(error instanceof UserError);
  match(error.message, /names the account `acc2`, but the connection string is that of `acc1`/);
  for (const uri of ["as://acc1/c", "as://acc1", "as://acc1//m"]) {
    ok(await failure(() => providerFor(uri, { env })) instanceof UserError, uri);
  }
});

Deno.test("Azure: workload identity, renewed when it is refused", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "JWT\n");
  const trial = providerFor("as://acc1/c/m", {
    env: {
      AZURE_CLIENT_ID: "client",
      AZURE_TENANT_ID: "tenant",
      AZURE_FEDERATED_TOKEN_FILE: file,
      AZURE_AUTHORITY_HOST: "https://login/",
    },
    answer: () => Response.json({ access_token: `T${trial.calls.length}`, expires_in: 3600 }),
  });
  const authorization = async () => (await trial.provider.get({})).headers.authorization;
  equal(await authorization(), "Bearer T1");
  const [call] = trial.calls;
  equal([call!.method, call!.url], ["POST", "https://login/tenant/oauth2/v2.0/token"]);
  equal(Object.fromEntries(new URLSearchParams(call!.body)), {
    grant_type: "client_credentials",
    client_id: "client",
    scope: "https://storage.azure.com/.default",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: "JWT",
  });
  const refused = sent({ authorization: "Bearer T1" });
  equal(trial.provider.adapt(refusal(401), refused), false);
  trial.later(61_000);
  equal(trial.provider.adapt(refusal(401), refused), true);
  equal(await authorization(), "Bearer T2");
  await Deno.remove(file);
});

Deno.test("Azure: a token that ends during a download is renewed, once for all parts", async () => {
  const file = await Deno.makeTempFile();
  const body = noise(80_000);
  const serve = honest(body, '"a"');
  let identity: ProviderTrial | undefined;
  const answering = (headers: Headers, index: number) => {
    if (index === 4) identity!.later(61_000);
    const isOld = headers.get("authorization") === "Bearer T1";
    return isOld && index >= 4 ? { status: 401 } : serve(headers, index);
  };
  const provider = (url: string) => {
    const env = {
      ...connection(`BlobEndpoint=${url}`),
      AZURE_CLIENT_ID: "client",
      AZURE_TENANT_ID: "tenant",
      AZURE_FEDERATED_TOKEN_FILE: file,
    };
    const answer = () =>
      Response.json({ access_token: `T${identity!.calls.length}`, expires_in: 3600 });
    identity = providerFor("as://acc1/c/m", { env, answer });
    return identity.provider;
  };
  const policy = { firstBytes: 5000, smallestPart: 5000, largestPart: 5000 };
  const { error, value, waits } = await trial(answering, { provider, policy, sha256: true });
  equal([error, value?.sha256, waits], [undefined, sha256Of(body), []]);
  equal(identity!.calls.length, 2);
  await Deno.remove(file);
});

Deno.test("Azure: why not", () => {
  const key = connection(`AccountName=acc1;AccountKey=${KEY}`);
  const sas = connection("BlobEndpoint=https://h;SharedAccessSignature=sig=x");
  const rows: [Record<string, string>, number, string, RegExp][] = [
    [key, 403, "AuthenticationFailed", /account key is wrong/],
    [sas, 403, "AuthenticationFailed", /shared access signature has expired/],
    [{}, 409, "PublicAccessNotPermitted", /deployer\.azureCredentialsFile/],
    [{}, 404, "ResourceNotFound", /deployer\.azureCredentialsFile/],
    [key, 404, "ContainerNotFound", /no such container/],
    [key, 404, "BlobNotFound", /upper and lower case/],
  ];
  for (const [env, status, code, hint] of rows) {
    const { provider } = providerFor("as://acc1/c/m", { env });
    const told = provider.explain(refusal(status, "", { "x-ms-error-code": code }));
    equal(told.code, code);
    match(told.hint!, hint);
  }
});

Deno.test("Azure: a listing, with directories of a hierarchical account and escapes", () => {
  const { read } = providerFor("as://acc1/c/m").provider.folder!;
  const blob = (name: string, more: string) =>
    `<Blob><Name>${name}</Name><Properties><Etag>0x1</Etag><Content-Length>5</Content-Length>${more}</Properties></Blob>`;
  const text = `<EnumerationResults><Blobs>${blob("m/a &amp; &#x62;", "")}${
    blob("m/d", "<ResourceType>directory</ResourceType>")
  }</Blobs><NextMarker>n</NextMarker></EnumerationResults>`;
  equal(read(text), { objects: [{ name: "a & b", size: 5, validator: '"0x1"' }], next: "n" });
});
