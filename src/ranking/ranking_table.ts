/** The ranking for people, at most 80 columns wide, and why the others fell out. */

import { type Metric, METRICS } from "../config/ranking_options.ts";
import { cleanText } from "../text/clean.ts";
import { threeDigits } from "../text/digits.ts";
import { printTable } from "../text/table.ts";
import { wrapWords } from "../text/wrap.ts";
import { metricFacts } from "./metric.ts";
import { type Goal, printFallen, type Ranked, type Ranking } from "./rank.ts";

const WIDTH = 80;
/** Those without a chart are shown too, so that one sees what a larger `--top-n` would bring. */
const SHOWN = 10;

export function printRanking({ ranked, fallen }: Ranking, goal: Goal, charts: number): string {
  const rows = ranked.slice(0, Math.max(charts, SHOWN));
  const more = ranked.length - rows.length;
  const notes = [
    ...(more > 0 ? [`and ${more.toLocaleString("en-US")} more behind them`] : []),
    ...(rows.some(({ best }) => !best.stable)
      ? ["~ unstable, so the figures are only a hint"]
      : []),
    ...fallenOut({ ranked, fallen }),
  ];
  return cleanText([table(rows, goal), ...notes.map(lines)].join("\n"));
}

function table(rows: readonly Ranked[], { objectives, constraints }: Goal): string {
  const metrics = shownMetrics([...Object.keys(objectives), ...Object.keys(constraints)]);
  const header = [
    "rank",
    "configuration",
    "score",
    ...metrics.map((metric) => metricFacts(metric).short),
    "batch",
    "load",
  ];
  const cells = rows.map(({ candidate, best, score }, i) => [
    String(i + 1),
    candidate.name,
    score === 0 ? "0" : score.toFixed(3),
    ...metrics.map((metric, column) =>
      `${best.stable || column > 0 ? "" : "~"}${threeDigits(best.metrics[metric]!)}`
    ),
    best.batch,
    best.load,
  ]);
  const over = printTable(header, cells).split("\n").reduce((a, b) => Math.max(a, b.length), 0) -
    WIDTH;
  if (over <= 0) return printTable(header, cells);
  const longest = Math.max(...cells.map((row) => row[1]!.length));
  const short = cells.map((row) => row.with(1, shorten(row[1]!, Math.max(13, longest - over))));
  return printTable(header, short);
}

/** As many as leave room for names. */
function shownMetrics(tags: readonly string[]): readonly Metric[] {
  return [...new Set(tags as Metric[])].filter((tag) => tag in METRICS).slice(0, 4);
}

/** What tells long names apart stands at their ends. */
function shorten(name: string, length: number): string {
  if (name.length <= length) return name;
  const end = Math.floor((length - 1) / 2);
  return `${name.slice(0, length - 1 - end)}…${name.slice(-end)}`;
}

/** One line for each reason; the nearest one shows by how much. */
function fallenOut({ ranked, fallen }: Ranking): readonly string[] {
  const total = ranked.length + fallen.length;
  return [...Map.groupBy(fallen, ({ reason }) => reason).values()].map(([nearest, ...others]) => {
    const { candidate: { name }, reason, figures } = nearest!;
    if (others.length === 0) return `fell out: ${name}, which ${printFallen(nearest!)}`;
    const detail = figures === "" ? `among them ${name}` : `the nearest is ${name} with ${figures}`;
    return `fell out: ${others.length + 1} of ${total}: each ${reason}; ${detail}`;
  });
}

function lines(text: string): string {
  return wrapWords(text.split(/\s+/), WIDTH - 2).join("\n  ");
}
