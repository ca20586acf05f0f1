/** Which thresholds the measurements keep to, and by how much they miss one. */

import { milliseconds, type Thresholds } from "../config/threshold.ts";
import { threeDigits } from "../text/digits.ts";
import type { Failure, Measurement, Report } from "./report.ts";

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
export function judge(
  { thresholds, measurements, failures }: Pick<
    Report,
    "thresholds" | "measurements" | "failures"
  >,
): readonly Judgement[] {
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

function missed(
  name: Name,
  limit: number | string,
  measurement: Measurement,
): string | undefined {
  if (name === "errors:max") return undefined;
  const [bound, figure, unit] = name === "throughput:min"
    ? [Number(limit), measurement.throughput, "infer/s"] as const
    : [milliseconds(limit), measurement[latencyOf(name)] / 1000, "ms"] as const;
  const low = name === "throughput:min";
  if (low ? figure >= bound : figure <= bound) return undefined;
  const doubt = measurement.stable ? "" : " (unstable)";
  return `${threeDigits(figure)} ${unit}${doubt}, ${
    threeDigits(Math.abs(figure - bound))
  } ${unit} ${low ? "below" : "above"}`;
}

function latencyOf(name: Exclude<Name, "throughput:min" | "errors:max">) {
  return name.slice(0, 3) as "avg" | "p50" | "p90" | "p95" | "p99";
}

function failed(
  name: Name,
  limit: number | string,
  { errors }: Failure,
): string | undefined {
  if (name !== "errors:max" || errors === 0) return "not measured";
  return errors > Number(limit) ? `${errors} requests failed` : undefined;
}

/** `missed p99:max=20ms at batch 8 concurrency 4: 31.2 ms, 11.2 ms above` */
export function printMisses(judgements: readonly Judgement[]): readonly string[] {
  return judgements.flatMap(({ threshold, misses }) =>
    misses.map(({ batch, concurrency, what }) =>
      `missed ${threshold} at batch ${batch} concurrency ${concurrency}: ${what}`
    )
  );
}
