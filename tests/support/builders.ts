/** The real tools that build images, each with a store of its own that ends with the test. */

import { stringify } from "yaml";
import { equal } from "./assert.ts";
import { type Outcome, part, runProgram } from "./program.ts";

/** How a test calls it: BuildKit is docker's other builder. */
export type Tool = "docker" | "buildkit" | "podman" | "buildah";

export interface BuildSite {
  readonly tool: Tool;
  /** The value of `--builder`. */
  readonly builder: "docker" | "podman" | "buildah";
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  /** The builder itself. */
  run(...args: string[]): Promise<Outcome>;
}

/** @param registries that speak plain http */
export async function withBuilder(
  { tool, registries = [] }: { readonly tool: Tool; readonly registries?: readonly string[] },
  deed: (site: BuildSite) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const builder = tool === "buildkit" ? "docker" : tool;
  const env = builder === "docker"
    ? { DOCKER_CONFIG: folder, DOCKER_BUILDKIT: tool === "buildkit" ? "1" : "0" }
    : await storeOf(folder, registries);
  try {
    await deed({
      tool,
      builder,
      env,
      folder,
      run: (...args) => runProgram(builder, args, { env }),
    });
  } finally {
    // Both mount it onto itself, and may leave it so.
    if (builder !== "docker") await runProgram("umount", [`${folder}/store/overlay`]);
    await Deno.remove(folder, { recursive: true });
  }
}

async function storeOf(
  folder: string,
  registries: readonly string[],
): Promise<Record<string, string>> {
  const store = `${folder}/store`;
  const lines = [
    "[storage]",
    'driver = "overlay"',
    `graphroot = "${store}"`,
    `runroot = "${folder}/run"`,
  ];
  const plain = ["127.0.0.1:5000", ...registries]
    .map((place) => `[[registry]]\nlocation = "${place}"\ninsecure = true\n`);
  await Deno.writeTextFile(`${folder}/storage.conf`, lines.join("\n"));
  await Deno.writeTextFile(`${folder}/registries.conf`, plain.join(""));
  await Deno.writeTextFile(`${folder}/auth.json`, "{}");
  return {
    PATH: `${part("NAVIGATOR_BUILDERS")}:${Deno.env.get("PATH")}`,
    CONTAINERS_STORAGE_CONF: `${folder}/storage.conf`,
    CONTAINERS_REGISTRIES_CONF: `${folder}/registries.conf`,
    REGISTRY_AUTH_FILE: `${folder}/auth.json`,
  };
}

export interface Registry {
  readonly address: string;
  /** Of its authority, when it speaks TLS. */
  readonly ca: string;
}

export const USER = "tester";
export const PASSWORD = "GEHEIM";
/** bcrypt, as htpasswd -B writes it. */
const HTPASSWD = `${USER}:$2b$04$abcdefghijklmnopqrstuuMtwjuquZKMuL2zD/T7RIhAAATBRGoIq\n`;

/** A registry of the test's own, that asks for a password, or speaks TLS with a certificate of the test's own. */
export async function withRegistry(
  kind: "plain" | "htpasswd" | "tls",
  deed: (registry: Registry) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  // Docker trusts whoever is on loopback.
  const host = kind === "tls" ? hostAddress() : "127.0.0.1";
  const port = freePort(host);
  const address = `${host}:${port}`;
  await Deno.writeTextFile(`${folder}/htpasswd`, HTPASSWD);
  if (kind === "tls") await makeCertificates(folder, host);
  const configuration = {
    version: 0.1,
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: `${folder}/store` } },
    http: {
      addr: kind === "tls" ? `:${port}` : address,
      ...(kind === "tls"
        ? { tls: { certificate: `${folder}/server.crt`, key: `${folder}/server.key` } }
        : {}),
    },
    ...(kind === "htpasswd"
      ? { auth: { htpasswd: { realm: "tests", path: `${folder}/htpasswd` } } }
      : {}),
  };
  await Deno.writeTextFile(`${folder}/config.yml`, stringify(configuration));
  const child = new Deno.Command(`${part("NAVIGATOR_DAEMONS")}/usr/bin/docker-registry`, {
    args: ["serve", `${folder}/config.yml`],
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await listens(address);
    await deed({ address, ca: `${folder}/ca.crt` });
  } finally {
    child.kill();
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
}

/** By the tool's own way, the password on stdin. */
export async function logIn(
  { builder, env }: Pick<BuildSite, "builder" | "env">,
  address: string,
): Promise<void> {
  // buildah knows plain http only by a flag here.
  const flags = builder === "docker" ? [] : ["--tls-verify=false"];
  const login = new Deno.Command(builder, {
    args: ["login", ...flags, "--username", USER, "--password-stdin", address],
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = login.stdin.getWriter();
  await writer.write(new TextEncoder().encode(PASSWORD));
  await writer.close();
  const { code, stderr } = await login.output();
  equal(code, 0, new TextDecoder().decode(stderr));
}

function hostAddress(): string {
  const own = Deno.networkInterfaces().find(({ family, address, name }) =>
    family === "IPv4" && !address.startsWith("127.") && !/^(docker|br-|cni|veth)/.test(name)
  );
  if (own === undefined) throw new Error("this machine has no address but loopback");
  return own.address;
}

export function freePort(hostname: string): number {
  const listener = Deno.listen({ hostname, port: 0 });
  listener.close();
  return listener.addr.port;
}

async function listens(address: string): Promise<void> {
  const [hostname, port] = address.split(":");
  for (let i = 0; i < 100; i++) {
    try {
      (await Deno.connect({ hostname: hostname!, port: Number(port) })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error(`nobody listens on ${address}`);
}

/** ca.crt, and server.crt signed by it. */
async function makeCertificates(folder: string, host: string): Promise<void> {
  const script = `
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=tests
    openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=registry
    echo subjectAltName=IP:${host},DNS:localhost >names
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.crt`;
  const { code, stderr } = await runProgram("sh", ["-ec", script], { cwd: folder });
  equal(code, 0, stderr);
}
