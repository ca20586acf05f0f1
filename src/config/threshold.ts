/** What the load test's figures must keep to: `p99:max=20ms throughput:min=500 errors:max=0`. */

import * as v from "valibot";
import { integer, number, pattern } from "./value.ts";

const TIME = /^(\d+\.?\d*|\.\d+)(us|ms|s)$/;

const A_TIME = "must be a time like 20ms, 500us or 1.5s";
const time = v.union([number(0, A_TIME), pattern(TIME, A_TIME)], A_TIME);

/** In the order of the table. A number without a unit is a time in milliseconds. */
export const thresholds = v.strictObject({
  "throughput:min": v.optional(number(0, "must be a number of inferences per second")),
  "avg:max": v.optional(time),
  "p50:max": v.optional(time),
  "p90:max": v.optional(time),
  "p95:max": v.optional(time),
  "p99:max": v.optional(time),
  "errors:max": v.optional(integer(0)),
}, "must map metrics and bounds, such as `p99:max`, to limits");

export type Thresholds = v.InferOutput<typeof thresholds>;

/** `20ms`, `500us`, `1.5s` or a number of milliseconds. */
export function milliseconds(limit: number | string): number {
  if (typeof limit === "number") return limit;
  const [, amount, unit] = TIME.exec(limit)!;
  return Number(amount) * { us: 1e-3, ms: 1, s: 1e3 }[unit as "us" | "ms" | "s"];
}
