/** A strict world for the tester: a server of prepared answers, a perf_analyzer of prepared runs. */

import { type FakeWorld, fakeWorld } from "../../support/fake_world.ts";
import type { ToolCommand, ToolResult } from "../../../src/world.ts";

/** What the server says to `GET /v2/…`: a status with a body, or a connection error. */
export type Said = readonly [status: number, body: string] | Error;

export interface Run {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** The table that it writes. */
  readonly csv?: string;
}

export interface StubOptions {
  /** Per request line, its answers in turn; the last one stays. */
  readonly server?: Readonly<Record<string, readonly Said[]>>;
  readonly runs?: readonly Run[];
}

export interface StubWorld extends FakeWorld {
  readonly ran: readonly ToolCommand[];
  /** The texts of all `--input-data` files. */
  readonly inputs: readonly string[];
}

export function stubWorld({ server = {}, runs = [] }: StubOptions = {}): StubWorld {
  const world = fakeWorld();
  const counts = new Map<string, number>();
  const left = [...runs];
  const ran: ToolCommand[] = [];
  const inputs: string[] = [];
  return {
    ...world,
    ran,
    inputs,
    http: {
      fetch: (url, init) => {
        const line = `${init?.method ?? "GET"} ${url}`;
        const answers = server[line];
        if (answers === undefined) return Promise.reject(new Error(`nobody expects ${line}`));
        const count = counts.get(line) ?? 0;
        counts.set(line, count + 1);
        const said = answers[Math.min(count, answers.length - 1)]!;
        if (said instanceof Error) return Promise.reject(said);
        return Promise.resolve(new Response(said[1], { status: said[0] }));
      },
    },
    exec: async (command, options = {}) => {
      ran.push(command);
      const run = left.shift();
      if (run === undefined) throw new Error(`nobody expects ${command.args.join(" ")}`);
      const after = (flag: string) => command.args[command.args.indexOf(flag) + 1]!;
      if (command.args.includes("--input-data")) {
        inputs.push(await Deno.readTextFile(after("--input-data")));
      }
      if (run.csv !== undefined) await Deno.writeTextFile(after("-f"), run.csv);
      const result: ToolResult = { code: 0, stdout: "", stderr: "", ...run };
      if (options.onLine) result.stdout.split("\n").forEach(options.onLine);
      return result;
    },
    done: () => {
      if (left.length > 0) throw new Error(`${left.length} runs of perf_analyzer are left`);
      for (const line of Object.keys(server)) {
        if (!counts.has(line)) throw new Error(`never asked: ${line}`);
      }
    },
  };
}

/** What the real server and the real tool once said. */
export function fixture(name: string): string {
  return Deno.readTextFileSync(new URL(`fixtures/${name}`, import.meta.url));
}

export const UNSTABLE: Run = {
  code: 2,
  stdout: "  Pass [1] throughput: 332.802 infer/sec. Avg latency: 46931 usec (std 5949 usec). \n",
  stderr:
    "Failed to obtain stable measurement within 4 measurement windows for concurrency 1. Please try to increase the --measurement-interval.\nFailed to obtain stable measurement.\n",
};

export const TOO_SHORT: Run = {
  code: 3,
  stderr: "No valid requests recorded within time interval. Please use a larger time window.\n",
};

const THREAD = `had error: [request id: <id_unknown>] Failed to process the request(s) for model ` +
  `'picky_0_0', message: ValueError: x must be above 5\n\nAt:\n  model.py(7): execute\n\n\n`;

export const REFUSED: Run = {
  code: 99,
  stderr: "Failed to maintain requested inference load. Worker thread(s) failed to generate " +
    `concurrent requests.\nThread [0] ${THREAD}Thread [1] ${THREAD}`,
};
