/**
 * Weighted ranking as NVIDIA Model Analyzer defines it: configurations compete with their best
 * measurements, and of two measurements each metric counts with its difference, relative to the
 * average of both, times its weight:
 * https://github.com/triton-inference-server/model_analyzer/blob/main/docs/config.md#objective
 */

import {
  type Bounds,
  type Constraints,
  type Metric,
  METRICS,
  type Objectives,
} from "../config/ranking_options.ts";
import type { Candidate, Measurement } from "./candidate.ts";
import { metricFacts } from "./metric.ts";

export interface Goal {
  readonly objectives: Objectives;
  readonly constraints: Constraints;
}

/** The metrics that it cannot do without. */
export function askedMetrics({ objectives, constraints }: Goal): readonly Metric[] {
  return [...new Set([...Object.keys(objectives), ...Object.keys(constraints)] as Metric[])];
}

export interface Ranked {
  readonly candidate: Candidate;
  /** Of those that keep to the constraints. */
  readonly best: Measurement;
  /** Weighted difference to the first one's measurement; 0 is as good, -0.5 far behind. */
  readonly score: number;
}

export interface Fallen {
  readonly candidate: Candidate;
  /** What it misses, by the measurement that comes nearest. */
  readonly reason: string;
  /** By how much: `23.4 ms`; empty where there is no figure. */
  readonly figures: string;
  /** How far it is from the constraints; infinite where no other figures would help. */
  readonly distance: number;
}

export interface Ranking {
  readonly ranked: readonly Ranked[];
  /** The nearest one first. */
  readonly fallen: readonly Fallen[];
}

export function rank(candidates: readonly Candidate[], goal: Goal): Ranking {
  const weights = normalized(goal.objectives);
  const results = candidates.toSorted((a, b) => inOrder(a.name, b.name)).map((candidate) => {
    const passing = candidate.measurements.filter((one) => misses(one, goal).length === 0);
    const [first, ...others] = preferStable(passing);
    if (first === undefined) return whyNot(candidate, goal);
    const best = others.reduce((a, b) => compare(b, a, weights) > 0 ? b : a, first);
    return { candidate, best };
  });
  const passed = results.filter((one) => "best" in one)
    .sort((a, b) => -compare(a.best, b.best, weights));
  return {
    ranked: passed.map((one) => ({ ...one, score: compare(one.best, passed[0]!.best, weights) })),
    fallen: results.filter((one) => "reason" in one)
      .sort((a, b) => inOrder(a.distance, b.distance)),
  };
}

/** Of two infinite numbers the difference is none. */
function inOrder<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Figures that are only a hint win nothing where there are others. */
function preferStable(measurements: readonly Measurement[]): readonly Measurement[] {
  const stable = measurements.filter((one) => one.stable);
  return stable.length > 0 ? stable : measurements;
}

type Weights = readonly (readonly [Metric, number])[];

function normalized(objectives: Objectives): Weights {
  const entries = Object.entries(objectives) as [Metric, number][];
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  return entries.map(([metric, weight]) => [metric, weight / total]);
}

/** Above 0: the first one is better. */
function compare(a: Measurement, b: Measurement, weights: Weights): number {
  let score = 0;
  for (const [metric, weight] of weights) {
    const [x, y] = [a.metrics[metric]!, b.metrics[metric]!];
    const average = (x + y) / 2;
    if (average === 0) continue;
    score += weight * (METRICS[metric] === "high" ? x - y : y - x) / average;
  }
  return score;
}

/** `misses perf_latency_p99:max=20 with 23.4 ms` */
export function printFallen({ reason, figures }: Fallen): string {
  return figures === "" ? reason : `${reason} with ${figures}`;
}

interface Miss {
  readonly reason: string;
  readonly figure: string;
  /** Relative to the bound. */
  readonly distance: number;
}

function misses({ metrics, satisfies }: Measurement, goal: Goal): Miss[] {
  const bounds = Object.entries(goal.constraints) as [Metric, Bounds][];
  const missing = askedMetrics(goal).filter((metric) => metrics[metric] === undefined);
  if (missing.length > 0) {
    return missing.map((metric) => ({
      reason: `has no ${metric}`,
      figure: "",
      distance: Infinity,
    }));
  }
  // Who names no constraints takes those that Model Analyzer was told.
  if (bounds.length === 0 && !satisfies) {
    return [{ reason: "misses Model Analyzer's constraints", figure: "", distance: Infinity }];
  }
  return bounds.flatMap(([metric, { min = -Infinity, max = Infinity }]) => {
    const value = metrics[metric]!;
    const [side, bound] = value < min ? ["min", min] as const : ["max", max] as const;
    if (value >= min && value <= max) return [];
    return [{
      reason: `misses ${metric}:${side}=${bound}`,
      figure: `${Number(value.toPrecision(6))} ${
        metricFacts(metric).short.replace(/^\S+ (?=\S)/, "")
      }`,
      distance: Math.abs(value - bound) / (bound || 1),
    }];
  });
}

function whyNot(candidate: Candidate, goal: Goal): Fallen {
  const all = candidate.measurements.map((one) => {
    const list = misses(one, goal);
    return { list, distance: list.reduce((sum, miss) => sum + miss.distance, 0) };
  });
  const nearest = all.reduce((a, b) => b.distance < a.distance ? b : a);
  return {
    candidate,
    reason: nearest.list.map(({ reason }) => reason).join(" and "),
    figures: nearest.list.map(({ figure }) => figure).filter(Boolean).join(" and "),
    distance: nearest.distance,
  };
}
