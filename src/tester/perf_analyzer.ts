/** The command lines of NVIDIA's load generator, and what its words mean. */

import type { Protocol } from "../config/load_options.ts";
import { lastLines } from "../text/clean.ts";
import type { ToolCommand, ToolResult } from "../world.ts";
import type { Point } from "./measurement_plan.ts";
import { grpcAddress, type ModelAddress } from "./server_url.ts";

export const PERF_ANALYZER_HINT =
  "use the image that `helm navigator build` made, or `pip install perf-analyzer`";

/** The largest difference between three windows in a row, in percent, that still counts as stable. */
const STABILITY_PERCENT = 10;
const ANY_PERCENT = 999_999;
const MOST_WINDOWS = 10;
/** For its start, and for the requests that are under way when a window ends. */
const SLACK_SECONDS = 60;
/** Above, it gets one thread for all requests in flight instead of one for each. */
const MOST_THREADS = 64;

export interface PerfAnalyzerRun {
  readonly address: ModelAddress;
  readonly protocol: Protocol;
  readonly point: Point;
  readonly windowSeconds: number;
  readonly inputData: string;
  readonly csv: string;
  /** Takes three windows however they differ. */
  readonly anyStability?: boolean;
}

/** Flags that 2.41 and 2.60 share; `-v` makes it say each window as it ends. */
export function perfAnalyzer(run: PerfAnalyzerRun): ToolCommand {
  const { address, point: { batch, concurrency } } = run;
  const percent = run.anyStability ? ANY_PERCENT : STABILITY_PERCENT;
  return {
    program: "perf_analyzer",
    args: [
      "-v",
      ...["-m", address.model],
      ...["-x", String(address.modelVersion)],
      ...(run.protocol === "grpc" ? grpc(address.url) : ["-u", address.url, "-i", "http"]),
      ...["-b", String(batch)],
      ...["--concurrency-range", `${concurrency}:${concurrency}`],
      ...(concurrency > MOST_THREADS ? ["--async"] : []),
      ...["--measurement-interval", String(Math.round(run.windowSeconds * 1000))],
      ...["--stability-percentage", String(percent)],
      ...["--max-trials", String(MOST_WINDOWS)],
      ...["--input-data", run.inputData],
      ...["-f", run.csv],
      "--verbose-csv",
    ],
  };
}

function grpc(url: string): string[] {
  const encrypted = url.startsWith("https:") ? ["--ssl-grpc-use-ssl"] : [];
  return ["-u", grpcAddress(url), "-i", "grpc", ...encrypted];
}

/** After so many seconds it hangs: it waits for an answer without end. */
export function longestRun(windowSeconds: number): number {
  return 2 * MOST_WINDOWS * windowSeconds + SLACK_SECONDS;
}

export function perfAnalyzerVersion(): ToolCommand {
  return { program: "perf_analyzer", args: ["--version"] };
}

/**
 * Out of `Perf Analyzer Version 2.41.0 (commit fbb030e)`; the wheel of 2.60.0 calls itself 0.0.0. Older ones know no
 * such flag and show how they are used. Undefined when it does not start.
 */
export function parseVersion({ stdout, stderr }: ToolResult): string | undefined {
  const said = stdout + stderr;
  if (/unrecognized option '--version'/.test(said)) return "older than 2.41";
  return /Version\s+(.+)/.exec(said)?.[1]?.trim();
}

/** "too short": no request was answered within one of the windows. */
export type Verdict = "stable" | "unstable" | "too short" | "failed";

/**
 * It writes its table only when it is content. Its exit code says little: the program in the wheel
 * of 2.60.0 is a script that drops it.
 */
export function parseVerdict(result: ToolResult, hasTable: boolean): Verdict {
  if (countErrors(result) > 0) return "failed";
  if (result.code === 0 && hasTable) return "stable";
  if (isTooShort(result)) return "too short";
  return /Failed to obtain stable measurement/.test(result.stderr) ? "unstable" : "failed";
}

function isTooShort({ stdout, stderr }: ToolResult): boolean {
  return /No valid requests recorded/.test(stdout + stderr);
}

const THREAD_ERROR = /^Thread \[\d+\] had error:\s*(?:\[request id: [^\]]*\]\s*)?(.*)$/gm;

/** Each of its threads stops at its first failed request and names it. */
export function countErrors({ stderr }: ToolResult): number {
  return stderr.match(THREAD_ERROR)?.length ?? 0;
}

/** The server's words where there are some, else the tool's last ones. */
export function failureReason(result: ToolResult): string {
  const { code, stdout, stderr } = result;
  const [server] = stderr.matchAll(THREAD_ERROR);
  if (server?.[1]) return server[1];
  if (isTooShort(result)) {
    return "requests take longer than a measurement window: set measurement_seconds higher";
  }
  const said = lastLines(stderr.trim() === "" ? stdout : stderr, 1);
  return said === "" ? `perf_analyzer ended with ${code}` : said.replace(/^error:\s*/, "");
}

/** Out of `  Pass [2] throughput: 325.78 infer/sec. Avg latency: 47936 usec (std 3635 usec).` */
export function parseWindow(line: string): string | undefined {
  const match = /Pass \[(\d+)\] throughput: (\S+) infer\/sec/.exec(line);
  return match ? `window ${match[1]}, ${match[2]} infer/s` : undefined;
}
