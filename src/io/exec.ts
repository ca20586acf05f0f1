/** Runs tools: captures what they say, ends them when we are interrupted. */

import { Interrupted, ToolError } from "../errors.ts";
import { lastLines } from "../text/clean.ts";
import { quoteCommand } from "../text/quote.ts";
import type { Exec, ExecOptions, Streams, ToolCommand, ToolResult } from "../world.ts";

const KEPT_LINES = 20;
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

export function realExec(worldSignal: AbortSignal, streams: Streams): Exec {
  return async (command, options = {}) => {
    const signal = combine(options.afterInterrupt ? undefined : worldSignal, options.signal);
    if (signal?.aborted) throw interruption(signal);
    const child = spawnTool(command);
    const stop = endOnAbort({ child, byChildren: command.endsByChildren ?? false }, signal);
    try {
      const [stdout, stderr, status] = await Promise.all([
        read(child.stdout, stdoutReader(options, streams)),
        read(child.stderr, options.show ? streams.err : undefined),
        child.status,
        feed(child, command.stdin),
      ]);
      if (signal?.aborted) throw interruption(signal);
      const result = { code: status.code, stdout, stderr };
      if (!isAccepted(result, options)) throw toolError(command, result);
      return result;
    } finally {
      stop();
    }
  };
}

/** @throws ToolError when it is not there, or cannot be run */
export function spawnTool(command: ToolCommand): Deno.ChildProcess {
  try {
    return new Deno.Command(command.program, {
      args: [...command.args],
      env: { ...command.env, ...readAll(command.envFiles) },
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

function readAll(files: ToolCommand["envFiles"] = {}): Record<string, string> {
  const texts = Object.entries(files).map(([name, path]) => [name, Deno.readTextFileSync(path)]);
  return Object.fromEntries(texts);
}

function stdoutReader(options: ExecOptions, streams: Streams) {
  if (options.onLine) return options.onLine;
  return options.show ? streams.err : undefined;
}

async function read(
  stream: ReadableStream<Uint8Array>,
  onLine: ((line: string) => void) | undefined,
): Promise<string> {
  let all = "";
  let open = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream() as never)) {
    all += text as unknown as string;
    if (!onLine) continue;
    const lines = (open + text).split("\n");
    open = lines.pop()!;
    for (const line of lines) onLine(line.replace(/\r$/, ""));
  }
  if (onLine && open !== "") onLine(open);
  return all;
}

async function feed(child: Deno.ChildProcess, stdin: string | undefined): Promise<void> {
  if (stdin === undefined) return;
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(stdin));
    await writer.close();
  } catch (error) {
    // The tool ended without reading all: its exit code says why. A TypeError is the closed stream.
    if (!(error instanceof Deno.errors.BrokenPipe || error instanceof TypeError)) throw error;
  }
}

interface Ending {
  readonly child: Deno.ChildProcess;
  readonly byChildren: boolean;
}

/** Asks politely, then insists. Returns what takes the listener away again. */
function endOnAbort({ child, byChildren }: Ending, signal: AbortSignal | undefined): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const kill = (name: Deno.Signal) => {
    try {
      child.kill(name);
    } catch {
      // It has already ended.
    }
  };
  const stop = () => {
    if (!byChildren || !endChildren(child.pid)) kill("SIGTERM");
    timer = setTimeout(() => kill("SIGKILL"), GRACE_MS);
  };
  signal?.addEventListener("abort", stop, { once: true });
  return () => {
    signal?.removeEventListener("abort", stop);
    clearTimeout(timer);
  };
}

/** @returns whether there was one */
function endChildren(pid: number): boolean {
  try {
    return new Deno.Command("pkill", { args: ["-TERM", "-P", String(pid)] }).outputSync().success;
  } catch {
    return false; // There is no pkill here.
  }
}

function combine(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const some = signals.filter((signal) => signal !== undefined);
  return some.length === 0 ? undefined : AbortSignal.any(some);
}

function interruption(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Interrupted();
}

function isAccepted({ code }: ToolResult, { accept = [] }: ExecOptions): boolean {
  return code === 0 || accept === "any" || accept.includes(code);
}

export function toolError(command: ToolCommand, result: ToolResult): ToolError {
  const name = command.program.split("/").at(-1)!;
  return new ToolError(`\`${name} ${verbOf(command.args)}\` failed with exit code ${result.code}`, {
    command: quoteCommand(command.program, command.args, command),
    output: lastLines(saidBy(command, result), KEPT_LINES),
    hint: command.hint?.(`${result.stderr}\n${result.stdout}`),
  });
}

function saidBy({ reason }: ToolCommand, { stdout, stderr }: ToolResult): string {
  return reason?.(stdout) || (stderr.trim() === "" ? stdout : stderr);
}

function verbOf(args: readonly string[]): string {
  return args.find((arg) => !arg.startsWith("-")) ?? "";
}
