/** Runs tools: captures what they say, tells why they failed. */

import { Interrupted, ToolError } from "../errors.ts";
import { lastLines } from "../text/clean.ts";
import { quoteCommand } from "../text/quote.ts";
import type { Exec, ExecOptions, Streams, ToolCommand, ToolResult } from "../world.ts";
import { endOnAbort, kill, spawnTool } from "./spawn_tool.ts";

const KEPT_LINES = 20;

export function realExec(worldSignal: AbortSignal, streams: Streams): Exec {
  return async (command, options = {}) => {
    const signal = combine(options.afterInterrupt ? undefined : worldSignal, options.signal);
    if (signal?.aborted) throw interruption(signal);
    const child = spawnTool(command);
    const stop = endOnAbort(child, { signal, byChildren: command.endsByChildren });
    try {
      const [stdout, stderr, status, fed] = await Promise.all([
        read(child.stdout, stdoutReader(options, streams)),
        read(child.stderr, options.show ? streams.err : undefined),
        child.status,
        feed(child, command.stdin, options.more),
      ]);
      if (signal?.aborted) throw interruption(signal);
      if (fed !== undefined) throw fed.failure;
      const result = { code: status.code, stdout, stderr };
      if (!isAccepted(result, options)) throw toolError(command, result);
      return result;
    } finally {
      stop();
    }
  };
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

/** A tool whose stdin cannot be given to it is killed before it sees the end of it. */
async function feed(
  child: Deno.ChildProcess,
  stdin: string | undefined,
  more: Promise<string> | undefined,
): Promise<{ readonly failure: unknown } | undefined> {
  if (stdin === undefined) return undefined;
  const writer = child.stdin.getWriter();
  const write = (text: string) => writer.write(new TextEncoder().encode(text));
  try {
    await write(stdin);
    if (more !== undefined) await write(await more);
    await writer.close();
    return undefined;
  } catch (error) {
    // The tool ended without reading all: its exit code says why. A TypeError is the closed stream.
    if (error instanceof Deno.errors.BrokenPipe || error instanceof TypeError) return undefined;
    kill(child, "SIGKILL");
    // What it has started may still read.
    await writer.close().catch(() => {});
    return { failure: error };
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
