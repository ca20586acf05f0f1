/** Which thresholds the measurements keep to, and by how much they miss one. */

import { milliseconds, type Thresholds } from "../config/threshold.ts";
import { threeDigits } from "../text/digits.ts";
import type { Failure, Measurement, Report } from "./report.ts";

type Judged = Pick<Report, "thresholds" | "measurements" | "failures">;
type Name = keyof Thresholds;

export interface Miss {
  readonly batch: number;
  readonly concurrency: number;
  /** `31.2 ms, 11.2 ms above` */
  readonly what: string;
}

export interface Judgement {
  /** `p99:max=20ms` */
  readonly threshold: string;
  readonly misses: readonly Miss[];
}

/** Every threshold is for every point; one without figures keeps to none. */
export function judge(report: Judged): readonly Judgement[] {
  const { thresholds, measurements, failures } = report;
  return (Object.entries(thresholds) as [Name, number | string][]).map(([name, limit]) => {
    const misses = [
      ...measurements.map((m) => ({ point: m, what: missed(name, limit, m) })),
      ...failures.map((f) => ({ point: f, what: failed(name, limit, f) })),
    ].flatMap(({ point: { batch, concurrency }, what }) =>
      what === undefined ? [] : [{ batch, concurrency, what }]
    );
    return { threshold: `${name}=${limit}`, misses };
  });
}

function missed(name: Name, limit: number | string, m: Measurement): string | undefined {
  // A point with a failed request has no figures.
  if (name === "errors:max") return undefined;
  const doubt = m.stable ? "" : " (unstable)";
  const say = (figure: number, difference: number, unit: string, side: string) =>
    difference <= 0
      ? undefined
      : `${threeDigits(figure)} ${unit}${doubt}, ${threeDigits(difference)} ${unit} ${side}`;
  if (name === "throughput:min") {
    return say(m.throughput, Number(limit) - m.throughput, "infer/s", "below");
  }
  const latency = m[LATENCIES[name]] / 1000;
  return say(latency, latency - milliseconds(limit), "ms", "above");
}

const LATENCIES = {
  "avg:max": "avg",
  "p50:max": "p50",
  "p90:max": "p90",
  "p95:max": "p95",
  "p99:max": "p99",
} as const;

function failed(name: Name, limit: number | string, { errors }: Failure): string | undefined {
  if (name !== "errors:max" || errors === 0) return "not measured";
  return errors > Number(limit) ? failedRequests(errors) : undefined;
}

export function failedRequests(count: number): string {
  return `${count} ${count === 1 ? "request" : "requests"} failed`;
}

/** `missed p99:max=20ms at batch 8 concurrency 4: 31.2 ms, 11.2 ms above` */
export function printMisses(judgements: readonly Judgement[]): readonly string[] {
  return judgements.flatMap(({ threshold, misses }) =>
    misses.map(({ batch, concurrency, what }) =>
      `missed ${threshold} at batch ${batch} concurrency ${concurrency}: ${what}`
    )
  );
}
