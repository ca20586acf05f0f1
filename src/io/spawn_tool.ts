/** Starts tools, and ends them with all that they run. */

import { ToolError } from "../errors.ts";
import type { ToolCommand } from "../world.ts";

const GRACE_MS = 10_000;

const TOOLS_OF_THE_IMAGE = "models are converted in the image that `helm navigator build` makes";
const INSTALL_HINTS: Readonly<Record<string, string>> = {
  helm: "install Helm 3.18 or newer, see https://helm.sh/docs/intro/install/",
  kubectl: "install kubectl, see https://kubernetes.io/docs/tasks/tools/",
  docker: "install Docker, see https://docs.docker.com/engine/install/",
  podman: "install Podman, see https://podman.io/docs/installation",
  buildah: "install Buildah, see https://buildah.io",
  python3: TOOLS_OF_THE_IMAGE,
  polygraphy: TOOLS_OF_THE_IMAGE,
};

/** @throws ToolError when it is not there, or cannot be run */
export function spawnTool(command: ToolCommand): Deno.ChildProcess {
  try {
    return new Deno.Command(command.program, {
      args: [...command.args],
      env: { ...unsaid(command.tuning), ...command.env, ...readAll(command.envFiles) },
      // A terminal's Ctrl-C must not reach it directly either.
      detached: command.endsByChildren ?? false,
      stdin: command.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    const name = command.program.split("/").at(-1)!;
    if (error instanceof Deno.errors.NotFound) {
      const hint = Deno.env.get("HELM_BIN") === command.program
        ? "`HELM_BIN` names it; without that variable, `helm` is looked for on PATH"
        : INSTALL_HINTS[name];
      throw new ToolError(`\`${command.program}\` is not there`, { hint });
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new ToolError(`\`${command.program}\` cannot be run: ${error.message}`);
    }
    throw error;
  }
}

/** What the user has set stays. */
function unsaid(tuning: ToolCommand["tuning"] = {}): Record<string, string> {
  const entries = Object.entries(tuning).filter(([name]) => Deno.env.get(name) === undefined);
  return Object.fromEntries(entries);
}

function readAll(files: ToolCommand["envFiles"] = {}): Record<string, string> {
  const texts = Object.entries(files).map(([name, path]) => [name, Deno.readTextFileSync(path)]);
  return Object.fromEntries(texts);
}

/** Asks politely, then insists. Returns what takes the listener away again. */
export function endOnAbort(
  child: Deno.ChildProcess,
  { signal, byChildren = false }: {
    readonly signal: AbortSignal | undefined;
    /** See `endsByChildren`. */
    readonly byChildren?: boolean | undefined;
  },
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    if (!byChildren || !endChildren(child.pid)) kill(child, "SIGTERM");
    timer = setTimeout(() => kill(child, "SIGKILL"), GRACE_MS);
  };
  signal?.addEventListener("abort", stop, { once: true });
  return () => {
    signal?.removeEventListener("abort", stop);
    clearTimeout(timer);
  };
}

export function kill(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch {
    // It has already ended.
  }
}

/** @returns whether there was one */
function endChildren(pid: number): boolean {
  try {
    return new Deno.Command("pkill", { args: ["-TERM", "-P", String(pid)] }).outputSync().success;
  } catch {
    return false; // There is no pkill here.
  }
}
