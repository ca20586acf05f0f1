/** A real registry that asks for a login, where the test node looks for one. */

import { ROOT, runProgram } from "./program.ts";
import { until } from "./until.ts";

/** The node reaches it under the same name: scripts/node/addresses.sh. */
export const PRIVATE_REGISTRY = "127.0.0.1:5001";
export const USER = "navigator";
export const PASSWORD = "secret+1";
/** Of that password; made by the registry's only algorithm. */
const BCRYPT = "$2b$05$abcdefghijklmnopqrstuueDq93c5UylQ6m6kVCgtUlbCu6dkgy/u";

export async function withPrivateRegistry(
  folder: string,
  deed: () => Promise<void>,
): Promise<void> {
  const { stdout } = await runProgram(`${ROOT}scripts/tools/daemons`, []);
  const home = `${folder}/registry`;
  await Deno.mkdir(home);
  await Deno.writeTextFile(`${home}/htpasswd`, `${USER}:${BCRYPT}\n`);
  const settings = {
    version: 0.1,
    log: { level: "error", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: `${home}/storage` } },
    auth: { htpasswd: { realm: "tests", path: `${home}/htpasswd` } },
    http: { addr: PRIVATE_REGISTRY },
  };
  await Deno.writeTextFile(`${home}/config.yml`, JSON.stringify(settings));
  const program = `${stdout.trim()}/usr/bin/docker-registry`;
  const silent = { stdin: "null", stdout: "null", stderr: "null" } as const;
  const args = ["serve", `${home}/config.yml`];
  const server = new Deno.Command(program, { args, ...silent }).spawn();
  try {
    await until(() =>
      fetch(`http://${PRIVATE_REGISTRY}/v2/`).then(async (response) => {
        await response.body?.cancel();
        return response.status === 401;
      }, () => false)
    );
    await deed();
  } finally {
    server.kill("SIGKILL");
    await server.status;
  }
}
