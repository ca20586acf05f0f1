/** Real object stores on this machine, each with a container of ours and a way to put objects into it. */

import { sharedKey } from "../../src/deployer/fetch/sources/shared_key.ts";
import { signAws } from "../../src/deployer/fetch/sources/sigv4.ts";
import { part } from "./program.ts";
import { until } from "./until.ts";

export interface Store extends AsyncDisposable {
  readonly name: string;
  /** How the program is told who it is. */
  readonly env: Readonly<Record<string, string>>;
  /** The same with a wrong secret; undefined where the store checks none. */
  readonly wrongEnv: Readonly<Record<string, string>> | undefined;
  uri(key: string): string;
  put(key: string, body: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** @param host where they listen */
export async function startStores(
  folder: string,
  host = "127.0.0.1",
): Promise<readonly [Store, Store, Store]> {
  const place = { folder, host };
  return await Promise.all([startS3(place), startAzure(place), startGcs(place)]);
}

interface Place {
  readonly folder: string;
  readonly host: string;
}

async function startS3({ folder, host }: Place): Promise<Store> {
  const root = `${folder}/s3`;
  await Deno.mkdir(root);
  const [accessKeyId, secretAccessKey] = ["navigator", "secret/key+1"];
  const port = freePort(host);
  const url = `http://${host}:${port}`;
  const keys = { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey };
  const program = `${part("NAVIGATOR_STORAGE")}/versitygw`;
  const args = ["--port", `${host}:${port}`, "--quiet", "posix", root];
  const server = await start({ program, args, env: keys, url });
  const put = async (path: string, body?: Uint8Array<ArrayBuffer>) => {
    const headers = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const request = { method: "PUT", url: `${url}/${path}`, headers };
    const signing = { region: "us-east-1", service: "s3", now: new Date() };
    const signed = signAws(request, { ...signing, keys: { accessKeyId, secretAccessKey } });
    await send(request.url, { method: "PUT", headers: signed, body: body ?? null });
  };
  await put("models");
  const env = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: "",
  };
  return {
    name: "S3",
    env,
    wrongEnv: { ...env, AWS_SECRET_ACCESS_KEY: "wrong" },
    uri: (key) => `s3://models/${key}`,
    put: (key, body) => put(`models/${encoded(key)}`, body),
    [Symbol.asyncDispose]: server.stop,
  };
}

async function startAzure({ folder, host }: Place): Promise<Store> {
  const port = freePort(host);
  const account = "navigator1";
  const key = btoa("a secret key");
  const url = `http://${host}:${port}/${account}`;
  const main = `${part("NAVIGATOR_STORAGE")}/node_modules/azurite/dist/src/blob/main.js`;
  const server = await start({
    program: Deno.execPath(),
    args: [
      ...["run", "--quiet", "--no-config", "--allow-all", "--node-modules-dir=manual", main],
      ...[
        "--blobHost",
        host,
        "--blobPort",
        `${port}`,
        "--location",
        folder,
        "--silent",
        "--disableTelemetry",
      ],
    ],
    env: { AZURITE_ACCOUNTS: `${account}:${key}` },
    url,
  });
  const put = async (path: string, body: Uint8Array<ArrayBuffer>, own: Record<string, string>) => {
    const headers: Record<string, string> = {
      "x-ms-version": "2021-12-02",
      "x-ms-date": new Date().toUTCString(),
      ...(body.length > 0 ? { "content-length": `${body.length}` } : {}),
      ...own,
    };
    const request = { method: "PUT", url: `${url}/${path}`, headers };
    const authorization = sharedKey(request, { account, key });
    await send(request.url, { method: "PUT", headers: { ...headers, authorization }, body });
  };
  await put("models?restype=container", new Uint8Array(), {});
  const connection = (secret: string) => ({
    AZURE_STORAGE_CONNECTION_STRING:
      `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${secret};BlobEndpoint=${url};`,
  });
  return {
    name: "Azure",
    env: connection(key),
    wrongEnv: connection(btoa("wrong")),
    uri: (key) => `as://${account}/models/${key}`,
    put: (key, body) => put(`models/${encoded(key)}`, body, { "x-ms-blob-type": "BlockBlob" }),
    [Symbol.asyncDispose]: server.stop,
  };
}

async function startGcs({ folder, host }: Place): Promise<Store> {
  const port = freePort(host);
  const url = `http://${host}:${port}`;
  const server = await start({
    program: `${part("NAVIGATOR_STORAGE")}/fake-gcs-server`,
    args: [
      ...["-scheme", "http", "-host", host, "-port", `${port}`, "-log-level", "error"],
      ...["-backend", "memory", "-external-url", url, "-filesystem-root", `${folder}/gcs`],
    ],
    env: {},
    url: `${url}/storage/v1/b`,
  });
  const json = { "content-type": "application/json" };
  await send(`${url}/storage/v1/b`, { method: "POST", headers: json, body: '{"name": "models"}' });
  return {
    name: "GCS",
    env: { STORAGE_EMULATOR_HOST: url },
    wrongEnv: undefined,
    uri: (key) => `gs://models/${key}`,
    put: async (key, body) => {
      const query = new URLSearchParams({ uploadType: "media", name: key });
      await send(`${url}/upload/storage/v1/b/models/o?${query}`, { method: "POST", body });
    },
    [Symbol.asyncDispose]: server.stop,
  };
}

function encoded(key: string): string {
  return key.split("/").map((part) =>
    encodeURIComponent(part).replace(
      /[!'()*]/g,
      (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  ).join("/");
}

export function freePort(hostname: string): number {
  const listener = Deno.listen({ port: 0, hostname });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

interface Program {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Answers, whatever it says, once the server is up. */
  readonly url: string;
}

async function start({ program, args, env, url }: Program): Promise<{ stop(): Promise<void> }> {
  const silent = { stdin: "null", stdout: "null", stderr: "null" } as const;
  const child = new Deno.Command(program, { args: [...args], env: { ...env }, ...silent }).spawn();
  await until(() =>
    fetch(url).then(async (response) => {
      await response.body?.cancel();
      return true;
    }, () => false)
  );
  return {
    stop: async () => {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

async function send(url: string, init: RequestInit): Promise<void> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
}
