/** The compiled program and the real Helms, as a user runs them. */

import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const PROGRAM = `${ROOT}dist/helm-navigator`;

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Nothing of this machine's environment but what `env` says. */
  readonly bare?: boolean;
  /** What the program finds on its stdin; nothing by default. */
  readonly input?: string;
}

export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const child = command(program, args, options).spawn();
  const [{ code, stdout, stderr }] = await Promise.all([child.output(), feed(child, options)]);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

async function feed(child: Deno.ChildProcess, { input }: RunOptions): Promise<void> {
  if (input === undefined) return;
  // A program that ends without reading all of it says why with its exit code.
  await new Blob([input]).stream().pipeTo(child.stdin).catch(() => {});
}

export function command(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Deno.Command {
  return new Deno.Command(program, {
    args: [...args],
    ...(options.cwd ? { cwd: options.cwd } : {}),
    env: { ...options.env },
    clearEnv: options.bare ?? false,
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  });
}

/** A variable that ./scripts/test sets: which real part to use. */
export function part(name: string): string {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`${name} is not set: run ./scripts/test, or set it to try one suite`);
  return value;
}

/** An environment in which a Helm sees no plugins but ours, and none of the user's settings. */
export async function helmHome(helm: string, folder: string): Promise<Record<string, string>> {
  const env = {
    HELM_DATA_HOME: `${folder}/data`,
    HELM_CONFIG_HOME: `${folder}/config`,
    HELM_CACHE_HOME: `${folder}/cache`,
  };
  const installed = await runProgram(helm, ["plugin", "install", ROOT], { env });
  if (installed.code !== 0) throw new Error(`${helm} plugin install: ${installed.stderr}`);
  return env;
}
