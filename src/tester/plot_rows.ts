/** The pictures with a row for each point: latency percentiles, and where the time goes. */

import { threeDigits } from "../text/digits.ts";
import { type Element, element, type Markup } from "../text/markup.ts";
import { label, LINE, mark, picture, type Scale, scale, swatch, WIDTH, xAxis } from "./plot.ts";
import type { LegendEntry } from "./plot.ts";
import type { Measurement } from "./report.ts";
import { printPoint } from "./result_table.ts";

const TOP = 24;
const LEFT = 84;
const RIGHT = WIDTH - 16;

export const PERCENTILES = ["p50", "p90", "p95", "p99"] as const;

/** Where the time of a request goes, in the order in which it passes. */
export const PARTS: readonly (readonly [name: string, of: (m: Measurement) => number])[] = [
  ["client", (m) => m.clientSend + m.clientReceive],
  ["network", (m) => m.network],
  ["queue", (m) => m.queue],
  ["compute input", (m) => m.computeInput],
  ["compute infer", (m) => m.computeInfer],
  ["compute output", (m) => m.computeOutput],
];

export function percentilePicture(measurements: readonly Measurement[]): Element {
  return rows(measurements, {
    description: "Latency percentiles of each point; the figures stand in the table.",
    most: (m) => Math.max(...PERCENTILES.map((key) => m[key])),
    row: (m, x, y) => [
      element("line", {
        x1: x.at(m.p50 / 1000),
        x2: x.at(m.p99 / 1000),
        y1: y,
        y2: y,
        class: "span",
      }),
      // The first one is the most important: on top of the others.
      ...PERCENTILES.map((key, i) =>
        mark(
          i,
          { x: x.at(m[key] / 1000), y, hollow: !m.stable },
          title(m, `${key} ${threeDigits(m[key] / 1000)} ms`),
        )
      ).reverse(),
    ],
  });
}

export function partsPicture(measurements: readonly Measurement[]): Element {
  const total = (m: Measurement) => PARTS.reduce((sum, [, of]) => sum + of(m), 0);
  return rows(measurements, {
    description:
      "Average time of a request at each point, by part; the figures stand in the table.",
    most: total,
    row: (m, x, y) => {
      let sum = 0;
      return PARTS.map(([name, of], i) => {
        const begin = x.at(sum / 1000);
        sum += of(m);
        return element("rect", {
          x: begin,
          y: y - 7,
          width: x.at(sum / 1000) - begin,
          height: 14,
          class: `bar s${i}${m.stable ? "" : " hollow"}`,
        }, title(m, `${name} ${threeDigits(of(m) / 1000)} ms`));
      });
    },
  });
}

export const PERCENTILE_LEGEND: readonly LegendEntry[] = PERCENTILES.map((name, i) => ({
  name,
  swatch: swatch(mark(i, { x: 7, y: 7 })),
}));

export const PARTS_LEGEND: readonly LegendEntry[] = PARTS.map(([name], i) => ({
  name,
  swatch: swatch(element("rect", { x: 1, y: 1, width: 12, height: 12, class: `bar s${i}` })),
}));

interface Rows {
  readonly description: string;
  /** In microseconds. */
  readonly most: (m: Measurement) => number;
  readonly row: (m: Measurement, x: Scale, y: number) => readonly Markup[];
}

function rows(measurements: readonly Measurement[], { description, most, row }: Rows): Element {
  const bottom = TOP + measurements.length * LINE;
  const x = scale(measurements.map((m) => most(m) / 1000), { from: LEFT, to: RIGHT });
  return picture(
    { height: bottom + 40, description },
    label("batch", { x: 34, y: 14, anchor: "end", class: "name" }),
    label("conc.", { x: 74, y: 14, anchor: "end", class: "name" }),
    ...xAxis(x, { from: TOP, to: bottom }, "ms"),
    ...measurements.flatMap((m, i) => {
      const y = TOP + (i + 0.5) * LINE;
      const isNew = measurements[i - 1]?.batch !== m.batch;
      return [
        ...(isNew ? [label(String(m.batch), { x: 34, y: y + 4, anchor: "end" })] : []),
        label(`${m.stable ? "" : "~"}${m.concurrency}`, { x: 74, y: y + 4, anchor: "end" }),
        ...row(m, x, y),
      ];
    }),
  );
}

function title(m: Measurement, what: string): Element {
  return element("title", {}, `${printPoint(m)}: ${what}${m.stable ? "" : ", unstable"}`);
}
