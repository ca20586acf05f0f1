/** The picture of throughput against latency: one line for each batch size. */

import { threeDigits } from "../text/digits.ts";
import { type Element, element } from "../text/markup.ts";
import { label, type LegendEntry, mark, picture, scale, swatch, WIDTH, xAxis } from "./plot.ts";
import type { Measurement } from "./report.ts";
import { printPoint } from "./result_table.ts";

const TOP = 24;
const BOTTOM = 264;
const LEFT = 56;
const RIGHT = WIDTH - 24;

interface Series {
  readonly name: string;
  readonly points: readonly Measurement[];
  /** What tells its points apart. */
  readonly pointName: (m: Measurement) => string;
}

/** Where one concurrency was measured only, the line goes from batch size to batch size. */
export function seriesOf(measurements: readonly Measurement[]): readonly Series[] {
  const distinct = (key: "batch" | "concurrency") =>
    [...new Set(measurements.map((m) => m[key]))].toSorted((a, b) => a - b);
  const [lines, others] = distinct("concurrency").length > 1
    ? ["batch", "concurrency"] as const
    : ["concurrency", "batch"] as const;
  return distinct(lines).map((value) => ({
    name: `${lines} ${value}`,
    points: measurements.filter((m) => m[lines] === value)
      .toSorted((a, b) => a[others] - b[others]),
    pointName: (m) => String(m[others]),
  }));
}

export function curvePicture(measurements: readonly Measurement[]): Element {
  const series = seriesOf(measurements);
  const x = scale(measurements.map((m) => m.p99 / 1000), { from: LEFT, to: RIGHT });
  const y = scale(measurements.map((m) => m.throughput), { from: BOTTOM, to: TOP });
  const place = (m: Measurement) => ({ x: x.at(m.p99 / 1000), y: y.at(m.throughput) });
  const texts = series.flatMap(({ points, pointName }) =>
    points.map((m) => ({ ...place(m), text: pointName(m) }))
  );
  const description = "Throughput against the 99th percentile of latency at each point; " +
    "the figures stand in the table.";
  return picture(
    { height: BOTTOM + 40, description },
    label("infer/s", { x: LEFT, y: 14, anchor: "end", class: "name" }),
    ...y.ticks.flatMap((tick) => [
      element("line", {
        x1: LEFT,
        x2: RIGHT,
        y1: y.at(tick),
        y2: y.at(tick),
        class: tick === 0 ? "axis" : "grid",
      }),
      label(y.text(tick), { x: LEFT - 6, y: y.at(tick) + 4, anchor: "end" }),
    ]),
    ...xAxis(x, { from: TOP, to: BOTTOM }, "p99 latency, ms"),
    ...series.map(({ points }, i) =>
      element("polyline", {
        points: points.map(place).map((p) => `${p.x.toFixed(1)},${p.y.toFixed(1)}`).join(" "),
        class: `curve s${i % 6}`,
      })
    ),
    ...series.flatMap(({ points }, i) =>
      points.map((m) => mark(i, { ...place(m), hollow: !m.stable }, title(m)))
    ),
    ...placeLabels(texts).map(({ text, ...at }) => label(text, { ...at, class: "point" })),
  );
}

export function curveLegend(measurements: readonly Measurement[]): readonly LegendEntry[] {
  return seriesOf(measurements)
    .map(({ name }, i) => ({ name, swatch: swatch(mark(i, { x: 7, y: 7 })) }));
}

/** `each point's concurrency` */
export function pointMeaning(measurements: readonly Measurement[]): string {
  return new Set(measurements.map((m) => m.concurrency)).size > 1 ? "concurrency" : "batch size";
}

interface PlacedText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

const TEXT_HEIGHT = 11;
const DIGIT_WIDTH = 6.5;

/** Beside its point, where it covers no other point or label; else it is left out. */
function placeLabels(texts: readonly PlacedText[]): readonly PlacedText[] {
  const taken = texts.map(({ x, y }) => ({ x: x - 5, y: y - 5, width: 10, height: 10 }));
  return texts.flatMap(({ x, y, text }) => {
    const width = text.length * DIGIT_WIDTH;
    const corners = [[7, -5.5], [-width / 2, -17], [-width / 2, 6], [-width - 7, -5.5]] as const;
    for (const [dx, dy] of corners) {
      const box = { x: x + dx, y: y + dy, width, height: TEXT_HEIGHT };
      const isInside = box.x >= LEFT && box.x + width <= WIDTH && box.y >= TOP - 10 &&
        box.y + TEXT_HEIGHT <= BOTTOM;
      if (!isInside || taken.some((other) => overlaps(box, other))) continue;
      taken.push(box);
      return [{ text, x: box.x, y: box.y + TEXT_HEIGHT - 1.5 }];
    }
    return [];
  });
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height &&
    b.y < a.y + a.height;
}

function title(m: Measurement): Element {
  const figures = `${threeDigits(m.throughput)} infer/s, p99 ${threeDigits(m.p99 / 1000)} ms`;
  return element("title", {}, `${printPoint(m)}: ${figures}${m.stable ? "" : ", unstable"}`);
}
