/** A strict world: real files in a folder of the test's, stubbed tools; what nobody expects fails. */

import { realFiles } from "../../src/io/files.ts";
import { realTemplates } from "../../src/io/templates.ts";
import { quoteCommand } from "../../src/text/quote.ts";
import type { ToolCommand, ToolResult, World } from "../../src/world.ts";
import { ToolError } from "../../src/errors.ts";

export interface FakeTool {
  /** The beginning of the command line that it answers. */
  readonly starts: string;
  readonly answer?: string | ((command: ToolCommand) => string);
  /** Fails with this text on stderr. */
  readonly fails?: string;
}

export interface FakeWorld extends World {
  readonly stdout: string[];
  readonly stderr: string[];
  readonly commands: string[];
  /** Fails when a stub was never used. */
  done(): void;
}

export interface FakeOptions {
  readonly tools?: readonly FakeTool[];
  readonly env?: Readonly<Record<string, string>>;
  readonly binary?: string;
  readonly signal?: AbortSignal;
}

export function fakeWorld(options: FakeOptions = {}): FakeWorld {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const commands: string[] = [];
  const unused = new Set(options.tools ?? []);
  let now = 0;
  const answer = (command: ToolCommand): ToolResult => {
    const line = quoteCommand(command.program, command.args);
    commands.push(line);
    const stub = options.tools?.find(({ starts }) => line.startsWith(starts));
    if (stub === undefined) throw new Error(`nobody expects this command: ${line}`);
    unused.delete(stub);
    if (stub.fails !== undefined) {
      throw new ToolError(`${command.program} failed`, {
        output: stub.fails,
        hint: command.hint?.(stub.fails),
      });
    }
    const text = typeof stub.answer === "function" ? stub.answer(command) : stub.answer ?? "";
    return { code: 0, stdout: text, stderr: "" };
  };
  return {
    stdout,
    stderr,
    commands,
    exec: (command, { onLine } = {}) => {
      try {
        const result = answer(command);
        if (onLine) result.stdout.split("\n").forEach(onLine);
        return Promise.resolve(result);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    files: realFiles(),
    http: {
      fetch: (url) => Promise.reject(new Error(`nobody expects a request to ${url}`)),
    },
    streams: {
      out: (text) => stdout.push(text),
      err: (text) => stderr.push(text),
      progress: () => {},
      terminal: false,
      colour: false,
    },
    templates: { ...realTemplates(new URL("../../", import.meta.url)), binary: options.binary },
    signal: options.signal ?? new AbortController().signal,
    runtime: "0.0.0",
    env: (name) => options.env?.[name],
    now: () => new Date(now),
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
    done: () => {
      if (unused.size > 0) {
        throw new Error(`never called: ${[...unused].map((stub) => stub.starts).join(", ")}`);
      }
    },
  };
}

/** Runs `deed` in a fresh folder that is the current directory meanwhile. */
export async function inFolder(deed: (folder: string) => Promise<void>): Promise<void> {
  const before = Deno.cwd();
  const folder = await Deno.makeTempDir();
  Deno.chdir(folder);
  try {
    await deed(folder);
  } finally {
    Deno.chdir(before);
    await Deno.remove(folder, { recursive: true });
  }
}
