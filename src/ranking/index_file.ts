/** The file beside the charts of the best: rank, measurement and chart of each. */

import * as v from "valibot";
import { METRIC_TAGS } from "../config/ranking_options.ts";
import type { Goal, Ranked } from "./rank.ts";

export const INDEX = "ranking.json";

const SCHEMA = 1;

export interface Winner extends Ranked {
  /** Of its chart, below the charts repository. */
  readonly directory: string;
  readonly variant: string;
}

export interface IndexRequest {
  readonly model: string;
  readonly goal: Goal;
  readonly winners: readonly Winner[];
}

export function printIndex({ model, goal, winners }: IndexRequest): string {
  const charts = winners.map(({ candidate, best, score, directory, variant }, i) => ({
    rank: i + 1,
    chart: directory,
    configuration: candidate.name,
    variant,
    score: Number(score.toFixed(4)),
    batch: best.batch,
    load: best.load,
    stable: best.stable,
    metrics: Object.fromEntries(
      METRIC_TAGS.filter((tag) => best.metrics[tag] !== undefined)
        .map((tag) => [tag, best.metrics[tag]]),
    ),
    source: best.where,
  }));
  const { objectives, constraints } = goal;
  return `${JSON.stringify({ schema: SCHEMA, model, objectives, constraints, charts }, null, 2)}\n`;
}

/** What is read of it again: others may have written it. */
const schema = v.object({
  schema: v.literal(SCHEMA),
  charts: v.array(v.object({
    rank: v.number(),
    chart: v.pipe(v.string(), v.regex(/^[^/\\]+$/), v.notValues([".", ".."])),
  })),
});

/** The directories of the charts, the best first; undefined when it is no such file. */
export function parseIndex(text: string): readonly string[] | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  return result.success
    ? result.output.charts.toSorted((a, b) => a.rank - b.rank).map(({ chart }) => chart)
    : undefined;
}
