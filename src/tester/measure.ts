/** Measures one point: again with a longer window when it is unstable, and never calls that stable. */

import type { Protocol } from "../config/load_options.ts";
import { cleanText } from "../text/clean.ts";
import { threeDigits } from "../text/digits.ts";
import type { ToolResult, World } from "../world.ts";
import type { Point } from "./measurement_plan.ts";
import {
  countErrors,
  failureReason,
  longestRun,
  parseVerdict,
  parseWindow,
  perfAnalyzer,
  type PerfAnalyzerRun,
  type Verdict,
} from "./perf_analyzer.ts";
import { parseCsv } from "./perf_csv.ts";
import type { Failure, Measurement } from "./report.ts";
import type { ModelAddress } from "./server_url.ts";

const REPORT_MS = 10_000;

export interface MeasureRequest {
  readonly address: ModelAddress;
  readonly protocol: Protocol;
  readonly point: Point;
  /** `2/8` */
  readonly progress: string;
  readonly windowSeconds: number;
  readonly inputData: string;
  /** Where perf_analyzer may write its table. */
  readonly directory: string;
}

export type Measured =
  | { readonly measurement: Measurement }
  | { readonly failure: Failure };

/**
 * perf_analyzer gives no figures when it is not content: so the second try has a longer window, and
 * the third takes what comes.
 */
export async function measure(request: MeasureRequest, world: World): Promise<Measured> {
  const { address, protocol, point, inputData, directory } = request;
  const step = `measure ${request.progress} batch ${point.batch} concurrency ${point.concurrency}`;
  const csv = `${directory}/batch-${point.batch}-concurrency-${point.concurrency}.csv`;
  const attempt = async (windowSeconds: number, anyStability: boolean) => {
    const result = await runOnce(
      { address, protocol, point, inputData, csv, windowSeconds, anyStability },
      step,
      world,
    );
    const hasTable = await world.files.kind(csv) === "file";
    return { result, verdict: parseVerdict(result, hasTable), windowSeconds };
  };
  const again = ({ verdict, windowSeconds }: { verdict: Verdict; windowSeconds: number }) => {
    const longer = windowSeconds * (verdict === "too short" ? 4 : 2);
    const why = verdict === "too short" ? "windows too short" : verdict;
    world.streams.err(`${step}: ${why}, again with windows of ${longer} s`);
    return longer;
  };

  world.streams.err(step);
  let last = await attempt(request.windowSeconds, false);
  if (isDiscontent(last.verdict)) last = await attempt(again(last), false);
  const stable = last.verdict === "stable";
  if (isDiscontent(last.verdict)) last = await attempt(again(last), true);

  if (last.verdict === "stable") {
    const figures = parseCsv(await world.files.readText(csv));
    const found = `${threeDigits(figures.throughput)} infer/s, p99 ${
      threeDigits(figures.p99 / 1000)
    } ms`;
    world.streams.err(`${step}: ${found}${stable ? "" : ", unstable"}`);
    return { measurement: { ...point, stable, ...figures } };
  }
  const reason = cleanText(failureReason(last.result));
  world.streams.err(`${step}: failed: ${reason}`);
  return { failure: { ...point, errors: countErrors(last.result), reason } };
}

function isDiscontent(verdict: Verdict): boolean {
  return verdict === "unstable" || verdict === "too short";
}

async function runOnce(run: PerfAnalyzerRun, step: string, world: World): Promise<ToolResult> {
  let reported = world.now().getTime();
  const seconds = longestRun(run.windowSeconds);
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    return await world.exec(perfAnalyzer(run), {
      accept: "any",
      signal,
      onLine: (line) => {
        const window = parseWindow(line);
        const now = world.now().getTime();
        if (window === undefined || now - reported < REPORT_MS) return;
        reported = now;
        world.streams.err(`${step}: ${window}`);
      },
    });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    const stderr = `perf_analyzer was not done after ${seconds} s: the server does not answer`;
    return { code: -1, stdout: "", stderr };
  }
}
