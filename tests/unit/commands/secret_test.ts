import { generateKeyPairSync } from "node:crypto";
import { run } from "../../../src/cli/run.ts";
import { installOptions } from "../../../src/config/cluster_options.ts";
import { CREDENTIALS } from "../../../src/cluster/credentials_secret.ts";
import { snakeCase } from "../../../src/text/case.ts";
import { equal, match, ok } from "../../support/assert.ts";
import { type FakeOptions, fakeWorld, inFolder } from "../../support/fake_world.ts";

const PRIVATE = "GEHEIM";

type Given = Pick<FakeOptions, "env" | "input">;

/** What the Secret that `line` makes holds, and what was said. */
async function made(line: string, given: Given, versions: [string, string] = ["", "7"]) {
  let manifest: string | undefined;
  const world = fakeWorld({
    ...given,
    tools: [
      { starts: "kubectl get secret", answer: versions[0] },
      {
        starts: "kubectl apply --server-side",
        answer: ({ stdin }) => {
          manifest = stdin;
          return versions[1];
        },
      },
    ],
  });
  equal(await run(["secret", ...line.split(" ")], world), 0, world.stderr.join("\n"));
  world.done();
  const { data, ...rest } = JSON.parse(manifest!) as { data: Record<string, string> };
  const said = world.stderr.join("\n");
  for (const text of [...world.commands, ...world.stdout, said]) {
    equal(text.includes(PRIVATE), false, text);
  }
  const values = Object.entries(data).map(([key, value]) => [key, decoded(value)]);
  return { data: Object.fromEntries(values), rest, said, stdout: world.stdout };
}

function decoded(value: string): string {
  return new TextDecoder().decode(Uint8Array.fromBase64(value));
}

/** What is said of a request that is refused before anything is made. */
async function refused(line: string, given: Given = {}): Promise<string> {
  const world = fakeWorld(given);
  const code = await run(["secret", ...line.split(" ").filter(Boolean)], world);
  const said = world.stderr.join("\n");
  equal([code, world.commands], [2, []], said);
  equal(said.includes(PRIVATE), false, said);
  return said;
}

const ID = "AKIA1";
const keys = (token = "") => ({
  aws_access_key_id: ID,
  aws_secret_access_key: PRIVATE,
  aws_session_token: token,
});
const environment = { AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: PRIVATE };

Deno.test("aws: the forms in which people have their keys", async () => {
  const camel = { AccessKeyId: ID, SecretAccessKey: PRIVATE };
  const lines = `aws_access_key_id = ${ID}\naws_secret_access_key=${PRIVATE}\n`;
  const profiles = `# mine\n[default]\r\nregion = x\r\n\n[profile prod ]\n${lines}[other]\nx=y\n`;
  const rows: [Given, object][] = [
    [{ env: environment }, keys()],
    [{ env: { ...environment, AWS_SESSION_TOKEN: "t" } }, keys("t")],
    [{ input: JSON.stringify({ Version: 1, ...camel, SessionToken: "t" }) }, keys("t")],
    [{ input: JSON.stringify({ Credentials: { ...camel, SessionToken: "t" } }) }, keys("t")],
    [{ input: JSON.stringify({ AccessKey: { ...camel, Status: "Active" } }) }, keys()],
    [{ input: `[default]\n${lines}` }, keys()],
    [{ input: profiles, env: { AWS_PROFILE: "prod" } }, keys()],
    [
      { input: `export AWS_ACCESS_KEY_ID=${ID}\nexport AWS_SECRET_ACCESS_KEY='${PRIVATE}'\n` },
      keys(),
    ],
    // What a file says wins over the environment.
    [{ input: lines, env: { ...environment, AWS_ACCESS_KEY_ID: "other" } }, keys()],
  ];
  for (const [given, expected] of rows) {
    const flag = given.input === undefined ? "" : " --from-file -";
    const { data, said } = await made(`aws models${flag}`, given);
    equal(data, expected);
    equal(/warning: these keys are temporary/.test(said), data.aws_session_token !== "");
  }
});

Deno.test("aws: what is no key is refused, and never shown", async () => {
  const rows: [string, Given, RegExp][] = [
    ["", {}, /there are no keys in AWS_ACCESS_KEY_ID[^]*hint: .*export-credentials/],
    ["", { env: { AWS_SECRET_ACCESS_KEY: PRIVATE } }, /^error: AWS_ACCESS_KEY_ID: is missing$/],
    [
      "",
      { env: { ...environment, AWS_SECRET_ACCESS_KEY: `${PRIVATE}\n` } },
      /AWS_SECRET_ACCESS_KEY: holds something else/,
    ],
    ["-", { input: `{"SecretAccessKey": "${PRIVATE}"` }, /--from-file: holds JSON that cannot/],
    ["-", { input: "{}" }, /aws_access_key_id is missing\n.*aws_secret_access_key is missing/],
    ["-", { input: `{"AccessKeyId": {"a": "${PRIVATE}"}}` }, /access_key_id holds something else/],
    ["-", { input: `[prod]\naws_access_key_id=x\n` }, /no profile `default`[^]*another one: prod/],
    ["-", { input: "[default]\nsso_session=x\n" }, /no keys for `default`[^]*--profile default/],
    ["-", { input: `${PRIVATE}\n` }, /--from-file: holds no keys of AWS/],
    ["-", { input: " \n" }, /--from-file: stdin is empty/],
    ["-", { input: "x".repeat(2 ** 20) }, /stdin is too large for a secret/],
    ["-", {}, /stdin is a terminal[^]*hint: pipe/],
    ["nowhere", {}, /--from-file: cannot read `nowhere`: there is no such file/],
    [".", {}, /cannot read `.`: it is a directory/],
  ];
  for (const [file, given, said] of rows) {
    match(await refused(`aws models ${file && `--from-file ${file}`}`, given), said);
  }
});

const connection = `AccountName=acc;AccountKey=${btoa(PRIVATE)};EndpointSuffix=core.windows.net`;

Deno.test("azure: a connection string, plain or as az prints it", async () => {
  const expected = { azure_storage_connection_string: connection };
  const rows: Given[] = [
    { env: { AZURE_STORAGE_CONNECTION_STRING: connection } },
    { input: `${connection}\n` },
    { input: `"${connection}"\n` },
    { input: JSON.stringify({ connectionString: connection }) },
  ];
  for (const given of rows) {
    const flag = given.input === undefined ? "" : " --from-file -";
    equal((await made(`azure models${flag}`, given)).data, expected);
  }
  const sas = "BlobEndpoint=https://acc.blob.core.windows.net;SharedAccessSignature=sv=1&sig=x";
  equal((await made("azure models --from-file -", { input: sas })).data, {
    azure_storage_connection_string: sas,
  });
});

Deno.test("azure: one that opens nothing is refused", async () => {
  const rows: [Given, RegExp][] = [
    [{}, /no connection string in AZURE_STORAGE_CONNECTION_STRING[^]*hint: .*az storage/],
    [{ input: "AccountName=acc" }, /--from-file: holds neither AccountKey nor SharedAccess/],
    [{ input: `AccountKey=${btoa(PRIVATE)}` }, /--from-file: holds an AccountKey, no AccountName/],
    [{ input: `SharedAccessSignature=sig=${PRIVATE}` }, /holds neither AccountName nor BlobEndp/],
    [{ input: PRIVATE }, /--from-file: holds something else than name=value/],
    [{ input: `AccountName=a;AccountKey=${PRIVATE}=x` }, /an AccountKey that is cut off/],
    [{ env: { AZURE_STORAGE_CONNECTION_STRING: PRIVATE } }, /AZURE_STORAGE_CONNECTION_STRING: h/],
  ];
  for (const [given, said] of rows) {
    const flag = given.input === undefined ? "" : "--from-file -";
    match(await refused(`azure models ${flag}`, given), said);
  }
});

const { privateKey } = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const account = { type: "service_account", client_email: "a@b", private_key: privateKey };

Deno.test("gcs: the key file, as it is", () =>
  inFolder(async (folder) => {
    const text = JSON.stringify(account, null, 2);
    await Deno.writeTextFile("key.json", text);
    const rows: [string, Given][] = [
      ["", { env: { GOOGLE_APPLICATION_CREDENTIALS: `${folder}/key.json` } }],
      [" --from-file key.json", {}],
      [" --from-file -", { input: text }],
    ];
    for (const [flag, given] of rows) {
      equal((await made(`gcs models${flag}`, given)).data, { "credentials.json": text });
    }
    const user = JSON.stringify({ type: "authorized_user", refresh_token: PRIVATE });
    match((await made("gcs models --from-file -", { input: user })).said, /warning: .*a person's/);
  }));

Deno.test("gcs: what is no key of a service account is refused", async () => {
  const rows: [Given, RegExp][] = [
    [{}, /GOOGLE_APPLICATION_CREDENTIALS names no key file/],
    [{ env: { GOOGLE_APPLICATION_CREDENTIALS: "/nowhere" } }, /GOOGLE_APP.*: cannot read `\/now/],
    [{ input: PRIVATE }, /--from-file: is not a JSON file of Google's/],
    [{ input: `{"type": "external_account", "x": "${PRIVATE}"}` }, /holds no key of a service/],
    [{ input: JSON.stringify({ ...account, private_key: PRIVATE }) }, /private key that cannot/],
  ];
  for (const [given, said] of rows) {
    const flag = given.input === undefined ? "" : "--from-file -";
    match(await refused(`gcs models ${flag}`, given), said);
  }
});

const auth = (text: string) => ({ auth: btoa(text) });
const configured = (auths: object, more: object = {}) => ({
  input: JSON.stringify({ auths, ...more }),
});

Deno.test("registry: a password, Docker's configuration, a credential helper's answer", async () => {
  const login = (server: string, username: string, password = PRIVATE) => ({
    [server]: { username, password, ...auth(`${username}:${password}`) },
  });
  const nvcr = login("nvcr.io", "$oauthtoken");
  const hub = login("https://index.docker.io/v1/", "me");
  const file = { input: `{"private_key": "${PRIVATE}",\n"type": "x"}` };
  const several = configured({ "nvcr.io": auth(`$oauthtoken:${PRIVATE}`), "r.io": auth("a:b") });
  const rows: [string, Given, object][] = [
    ["--registry nvcr.io --username $oauthtoken", { input: `${PRIVATE}\n` }, nvcr],
    ["--registry r.io:5000 --username _json_key", file, {
      ...login("r.io:5000", "_json_key", file.input),
    }],
    ["--registry docker.io --username me", { input: PRIVATE }, hub],
    ["", configured({ "nvcr.io": auth(`$oauthtoken:${PRIVATE}`) }), nvcr],
    ["--registry nvcr.io", several, nvcr],
    ["", configured({ "https://index.docker.io/v1/": auth(`me:${PRIVATE}`) }), hub],
    ["", { input: `{"ServerURL":"nvcr.io","Username":"$oauthtoken","Secret":"${PRIVATE}"}` }, nvcr],
  ];
  for (const [flags, given, auths] of rows) {
    const line = `registry images --from-file - ${flags}`.trim();
    const { data, rest } = await made(line, given);
    equal(JSON.parse(data[".dockerconfigjson"]!), { auths });
    equal((rest as { type?: string }).type, "kubernetes.io/dockerconfigjson");
  }
});

Deno.test("registry: what holds no password is refused, with the way to one", async () => {
  const desktop = configured({ "nvcr.io": {} }, { credsStore: "desktop" });
  const helper = configured({}, { credHelpers: { "r.io": "ecr-login" } });
  const two = configured({ "a.io": auth("a:b"), "b.io": auth("a:b") });
  const rows: [string, Given, RegExp][] = [
    ["--registry r.io --username u --from-file -", { input: "\n" }, /stdin is empty/],
    ["--registry r.io --username u --from-file -", { input: "a\nb\n" }, /more than a password/],
    ["--registry r.io --username u --from-file -", configured({}), /more than a password/],
    ["--username u --from-file -", { input: PRIVATE }, /--registry: is missing/],
    ["--registry r.io --from-file -", { input: PRIVATE }, /--username: is missing/],
    ["--registry r.io --username a:b --from-file -", {}, /--username: must be a user's name/],
    ["--registry https://r.io --from-file -", {}, /--registry: must be a host/],
    ["", {}, /--from-file: is missing: no variable[^]*hint: .*--username NAME --from-file -/],
    [
      "--from-file -",
      desktop,
      /password of nvcr.io.*store `desktop`\nhint: echo nvcr.io \| docker-credential-desktop get/,
    ],
    ["--registry r.io --from-file -", helper, /docker-credential-ecr-login get \| helm navigator/],
    ["--registry q.io --from-file -", two, /no login for `q.io`\nhint: docker login q.io; it kn/],
    ["--from-file -", two, /--registry: is missing: the file knows a.io, b.io/],
    ["--from-file -", configured({}), /holds no login\nhint: docker login REGISTRY/],
    ["--from-file -", configured({ "r.io": auth(`u:`) }), /a token that only Docker can use/],
    ["--from-file -", configured({ "r.io": { auth: "%" } }), /holds no password for r.io/],
  ];
  for (const [flags, given, said] of rows) match(await refused(`registry i ${flags}`, given), said);
});

Deno.test("secret: words and flags that make no sense, all at once", async () => {
  const rows: [string, RegExp][] = [
    ["", /say what the secret is for, and its name\nhint: one of aws, azure, gcs, registry/],
    ["asure x", /`asure` is nothing that a secret is for\nhint: did you mean `azure`\?/],
    ["toString x", /`toString` is nothing/],
    ["aws", /the secret needs a name/],
    ["aws My_Secret", /`My_Secret` must be the name of a Kubernetes secret/],
    ["aws x --registry r.io --username u", /--registry: is only for[^]*--username: is only for/],
  ];
  for (const [line, said] of rows) match(await refused(line, { env: environment }), said);
});

Deno.test("secret: says what happened, and which flag uses it", async () => {
  const rows: [[string, string], RegExp][] = [
    [["", "7"], /^secret models is made\nuse it: helm navigator install --aws-secret models$/],
    [["7", "8"], /^secret models holds these credentials now: pods that start from now on/],
    [["8", "8"], /^secret models holds these credentials already$/m],
  ];
  for (const [versions, said] of rows) {
    const seen = await made("aws models", { env: environment }, versions);
    match(seen.said, said);
    equal(seen.stdout, ["models"]);
    equal(seen.rest, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "models", labels: { "app.kubernetes.io/managed-by": "helm-navigator" } },
      type: "Opaque",
    });
  }
  for (const { flag } of Object.values(CREDENTIALS)) ok(snakeCase(flag.slice(2)) in installOptions);
});

Deno.test("secret --dry-run: the command and the manifest, its values hidden", async () => {
  const world = fakeWorld({ env: environment });
  equal(await run(["secret", "aws", "models", "--dry-run", "-n", "prod"], world), 0);
  const [shown] = world.stdout;
  match(shown!, /^kubectl apply --server-side .*--namespace prod <<'EOF'$/m);
  match(shown!, /"aws_secret_access_key": "\*\*\*"/);
  equal([shown!.includes(PRIVATE), shown!.includes(btoa(PRIVATE))], [false, false]);
});
