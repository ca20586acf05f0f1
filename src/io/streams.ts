/** stdin and stdout for data, stderr for talk. */

import { Interrupted, ToolError } from "../errors.ts";
import { systemReason } from "../text/clean.ts";
import type { Streams } from "../world.ts";

/** What a shell reports for a program that SIGPIPE ended: its reader has gone away. */
const BROKEN_PIPE = 141;

export function realStreams(
  env: (name: string) => string | undefined,
  signal: AbortSignal,
): Streams {
  const terminal = Deno.stderr.isTerminal() && !env("CI");
  const colour = Deno.stderr.isTerminal() && !env("NO_COLOR") && env("TERM") !== "dumb";
  let progressShown = false;
  const clear = () => {
    if (progressShown) write(Deno.stderr, "\r\x1b[2K");
    progressShown = false;
  };
  return {
    terminal,
    colour,
    ask: async (question) => {
      if (!terminal || !Deno.stdin.isTerminal()) return undefined;
      clear();
      write(Deno.stderr, question);
      return await Promise.race([readLine(), whenAborted(signal)]);
    },
    input: (most) => input(most, signal),
    out: (text) => {
      clear();
      write(Deno.stdout, `${text}\n`);
    },
    err: (text) => {
      clear();
      write(Deno.stderr, `${text}\n`);
    },
    progress: (text) => {
      if (!terminal) return;
      clear();
      if (text === "") return;
      write(Deno.stderr, text.slice(0, width() - 1));
      progressShown = true;
    },
  };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  );
}

/** A terminal gives a line at a time. */
async function readLine(): Promise<string | undefined> {
  const buffer = new Uint8Array(1024);
  const count = await Deno.stdin.read(buffer);
  return count === null ? undefined : new TextDecoder().decode(buffer.subarray(0, count)).trim();
}

async function input(most: number, signal: AbortSignal): Promise<string | undefined> {
  if (Deno.stdin.isTerminal()) return undefined;
  let text = "";
  const decoded = Deno.stdin.readable.pipeThrough(new TextDecoderStream() as never, { signal });
  for await (const part of decoded as ReadableStream<string>) {
    text += part;
    if (text.length >= most) break;
  }
  return text;
}

function width(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

function write(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(stream.writeSync(bytes));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new Interrupted(BROKEN_PIPE);
    throw new ToolError(`cannot write the output: ${systemReason(error)}`);
  }
}
