/** A strict world: real files in a folder of the test's, stubbed tools; what nobody expects fails. */

import { realFiles } from "../../src/io/files.ts";
import { realTemplates } from "../../src/io/templates.ts";
import { quoteCommand } from "../../src/text/quote.ts";
import type { Exec, KubeAnswer, KubeApi, ToolCommand, World } from "../../src/world.ts";
import { ToolError } from "../../src/errors.ts";

/** What a tool says on stdout, or how else it ends. */
export type Said = string | {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly code?: number;
  /** Ends only by a signal. */
  readonly hangs?: boolean;
};

export type Answer = Said | ((command: ToolCommand) => Said);

export interface FakeTool {
  /** The beginning of the command line that it answers. */
  readonly starts: string;
  readonly answer?: Answer;
  /** One for each call, in turn; the last one stays. */
  readonly answers?: readonly Answer[];
  /** Fails with this text on stderr. */
  readonly fails?: string;
}

export interface FakeWorld extends World {
  readonly stdout: string[];
  readonly stderr: string[];
  /** What stood in the terminal's progress line. */
  readonly progressLines: string[];
  readonly commands: string[];
  /** Fails when a stub was never used, or an answer of it never given. */
  done(): void;
}

/** What a cluster's API says, by the beginning of the path; what is not there gets 404. */
export type FakeKube = Readonly<Record<string, FakeAnswer>>;

type FakeAnswer = object | number | ((body: unknown) => object | number);

export interface FakeOptions {
  /** Undefined: `kubectl` is not there. */
  readonly kube?: FakeKube;
  /** What the user types, in turn. */
  readonly typed?: readonly string[];
  readonly tools?: readonly FakeTool[];
  readonly env?: Readonly<Record<string, string>>;
  readonly binary?: string;
  readonly signal?: AbortSignal;
  readonly terminal?: boolean;
  /** What stands on stdin; a person sits there by default. */
  readonly input?: string;
}

export function fakeWorld(options: FakeOptions = {}): FakeWorld {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const commands: string[] = [];
  const progressLines: string[] = [];
  const calls = new Map<FakeTool, number>();
  const worldSignal = options.signal ?? new AbortController().signal;
  const typed = [...options.typed ?? []];
  let now = 0;

  const answerTo = (command: ToolCommand): Exclude<Said, string> => {
    const line = quoteCommand(command.program, command.args, command);
    commands.push(line);
    const stub = options.tools?.find(({ starts }) => line.startsWith(starts));
    if (stub === undefined) throw new Error(`nobody expects this command: ${line}`);
    const count = calls.get(stub) ?? 0;
    calls.set(stub, count + 1);
    if (stub.fails !== undefined) return { code: 1, stderr: stub.fails };
    const answer = stub.answers?.[Math.min(count, stub.answers.length - 1)] ?? stub.answer ?? "";
    const said = typeof answer === "function" ? answer(command) : answer;
    return typeof said === "string" ? { stdout: said } : said;
  };

  /** As the real one in src/io/exec.ts. */
  const exec: Exec = async (
    early,
    { onLine, accept = [], signal: own, afterInterrupt, more } = {},
  ) => {
    const command = more ? { ...early, stdin: `${early.stdin}${await more}` } : early;
    const signal = AbortSignal.any([
      ...(afterInterrupt ? [] : [worldSignal]),
      ...(own ? [own] : []),
    ]);
    signal.throwIfAborted();
    const { stdout = "", stderr = "", code = 0, hangs } = answerTo(command);
    if (onLine) {
      stdout.split("\n").filter((line, i, all) => line || i + 1 < all.length).forEach(onLine);
    }
    if (hangs && !signal.aborted) await ended(signal);
    signal.throwIfAborted();
    if (code === 0 || accept === "any" || accept.includes(code)) return { code, stdout, stderr };
    throw new ToolError(
      `\`${command.program} ${command.args[0]}\` failed with exit code ${code}`,
      {
        command: quoteCommand(command.program, command.args, command),
        output: command.reason?.(stdout) || stderr || stdout,
        hint: command.hint?.(`${stderr}\n${stdout}`),
      },
    );
  };
  return {
    stdout,
    stderr,
    commands,
    progressLines,
    exec,
    files: realFiles(),
    http: {
      fetch: (url) => Promise.reject(new Error(`nobody expects a request to ${url}`)),
    },
    kube: () => {
      if (options.kube) return Promise.resolve(fakeKube(options.kube));
      return Promise.reject(new ToolError("`kubectl` is not there", { hint: "install kubectl" }));
    },
    streams: {
      ask: (question) => {
        stderr.push(question);
        return Promise.resolve(typed.shift());
      },
      input: () => Promise.resolve(options.input),
      out: (text) => stdout.push(text),
      err: (text) => stderr.push(text),
      progress: (text) => progressLines.push(text),
      terminal: options.terminal ?? false,
      colour: false,
    },
    templates: { ...realTemplates(new URL("../../", import.meta.url)), binary: options.binary },
    signal: worldSignal,
    runtime: "0.0.0",
    env: (name) => options.env?.[name],
    now: () => new Date(now),
    sleep: (milliseconds) => {
      now += milliseconds;
      return worldSignal.aborted ? Promise.reject(worldSignal.reason) : Promise.resolve();
    },
    done: () => {
      const left = (options.tools ?? []).filter((stub) =>
        (calls.get(stub) ?? 0) < (stub.answers?.length ?? 1)
      );
      if (left.length > 0) {
        throw new Error(`not called as often: ${left.map((stub) => stub.starts).join(", ")}`);
      }
    },
  };
}

function fakeKube(answers: FakeKube): KubeApi {
  const paths = Object.keys(answers).toSorted((a, b) => b.length - a.length);
  return {
    ask: (path, { body } = {}): Promise<KubeAnswer> => {
      const key = paths.find((each) => decodeURIComponent(path).startsWith(each));
      const given = key === undefined ? 404 : answers[key]!;
      const answer = typeof given === "function" ? given(body) : given;
      return Promise.resolve(
        typeof answer === "number" ? { status: answer, body: "" } : { status: 200, body: answer },
      );
    },
    close: () => Promise.resolve(),
  };
}

function ended(signal: AbortSignal): Promise<void> {
  // A timer keeps the test waiting: that of a signal does not.
  const wake = setInterval(() => {}, 1000);
  return new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  }).finally(() => clearInterval(wake));
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
