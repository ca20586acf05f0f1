/** The command lines of NVIDIA's load generator, and what its words mean. */

import { lastLines } from "../text/clean.ts";
import type { ToolCommand, ToolResult } from "../world.ts";
import type { Point } from "./measurement_plan.ts";
import type { ModelAddress } from "./server_url.ts";

export const PERF_ANALYZER_HINT =
  "use the image that `helm navigator build` made, or `pip install perf-analyzer`";

/** The largest difference between three windows in a row, in percent, that still counts as stable. */
const STABILITY_PERCENT = 10;
const ANY_PERCENT = 999_999;
const MOST_WINDOWS = 10;
/** Above, it gets one thread for all requests in flight instead of one for each. */
const MOST_THREADS = 64;

export interface PerfAnalyzerRun {
  readonly address: ModelAddress;
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
      ...["-u", address.url],
      ...["-i", "http"],
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

export function perfAnalyzerVersion(): ToolCommand {
  return { program: "perf_analyzer", args: ["--version"] };
}

/** Out of `Perf Analyzer Version 2.41.0 (commit fbb030e)`; the wheel of 2.60.0 calls itself 0.0.0. */
export function parseVersion(output: string): string {
  return /Version\s+(.+)/.exec(output)?.[1]?.trim() ?? "unknown";
}

export type Verdict = "stable" | "unstable" | "too short" | "failed";

/** It ends with 2 or 3 and writes no table when it is not content. */
export function parseVerdict({ code, stdout, stderr }: ToolResult): Verdict {
  if (code === 0) return "stable";
  const text = stdout + stderr;
  if (/No valid requests recorded/.test(text)) return "too short";
  return /Failed to obtain stable measurement/.test(text) ? "unstable" : "failed";
}

/** Each of its threads stops at its first failed request and names it. */
export function countErrors({ stderr }: ToolResult): number {
  return stderr.match(/^Thread \[\d+\] had error:/gm)?.length ?? 0;
}

/** The server's words where there are some, else the tool's last ones. */
export function failureReason({ code, stdout, stderr }: ToolResult): string {
  const server = /^Thread \[\d+\] had error:\s*(?:\[request id: [^\]]*\]\s*)?(.+)$/m.exec(stderr);
  if (server) return server[1]!;
  const said = lastLines(stderr.trim() === "" ? stdout : stderr, 1);
  return said === "" ? `perf_analyzer ended with ${code}` : said.replace(/^error:\s*/, "");
}

/** Out of `  Pass [2] throughput: 325.78 infer/sec. Avg latency: 47936 usec (std 3635 usec).` */
export function parseWindow(line: string): string | undefined {
  const match = /Pass \[(\d+)\] throughput: (\S+) infer\/sec/.exec(line);
  return match ? `window ${match[1]}, ${match[2]} infer/s` : undefined;
}
