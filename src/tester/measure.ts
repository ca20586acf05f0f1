/** Measures one point: again with a longer window when it is unstable, and never calls that stable. */

import { cleanText } from "../text/clean.ts";
import type { ToolResult, World } from "../world.ts";
import type { Point } from "./measurement_plan.ts";
import {
  countErrors,
  failureReason,
  parseVerdict,
  parseWindow,
  perfAnalyzer,
  type PerfAnalyzerRun,
} from "./perf_analyzer.ts";
import { parseCsv } from "./perf_csv.ts";
import type { Failure, Measurement } from "./report.ts";
import type { ModelAddress } from "./server_url.ts";

const REPORT_MS = 10_000;

export interface MeasureRequest {
  readonly address: ModelAddress;
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

/** perf_analyzer gives no figures when it is not content, so the last try takes what comes. */
export async function measure(request: MeasureRequest, world: World): Promise<Measured> {
  const { address, point, inputData, directory } = request;
  const step = `measure ${request.progress} batch ${point.batch} concurrency ${point.concurrency}`;
  const longer = 2 * request.windowSeconds;
  const tries: readonly Try[] = [
    { windowSeconds: request.windowSeconds, announce: step },
    { windowSeconds: longer, announce: `${step}: unstable, again with windows of ${longer} s` },
    {
      windowSeconds: longer,
      anyStability: true,
      announce: `${step}: still unstable, taken as it is`,
    },
  ];
  let last: ToolResult | undefined;
  for (const [i, { announce, ...rest }] of tries.entries()) {
    world.streams.err(announce);
    const csv = `${directory}/batch-${point.batch}-concurrency-${point.concurrency}-${i}.csv`;
    last = await runOnce({ address, point, inputData, csv, ...rest }, step, world);
    const verdict = parseVerdict(last);
    if (verdict === "failed") break;
    if (verdict !== "stable") continue;
    const figures = parseCsv(await world.files.readText(csv));
    const stable = rest.anyStability !== true;
    return { measurement: { ...point, stable, errors: countErrors(last), ...figures } };
  }
  const failure = { ...point, errors: countErrors(last!), reason: reasonOf(last!, longer) };
  world.streams.err(`${step}: failed: ${failure.reason}`);
  return { failure };
}

interface Try extends Pick<PerfAnalyzerRun, "windowSeconds" | "anyStability"> {
  readonly announce: string;
}

function runOnce(run: PerfAnalyzerRun, step: string, world: World): Promise<ToolResult> {
  let reported = world.now().getTime();
  return world.exec(perfAnalyzer(run), {
    accept: "any",
    onLine: (line) => {
      const window = parseWindow(line);
      const now = world.now().getTime();
      if (window === undefined || now - reported < REPORT_MS) return;
      reported = now;
      world.streams.err(`${step}: ${window}`);
    },
  });
}

function reasonOf(result: ToolResult, windowSeconds: number): string {
  if (parseVerdict(result) === "too short") {
    return `no request was answered within a window of ${windowSeconds} s: set measurement_seconds higher`;
  }
  return cleanText(failureReason(result));
}
