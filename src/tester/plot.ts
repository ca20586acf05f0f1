/** The parts that the report's pictures share: scales, axes, marks. */

import { type Element, element, type Markup } from "../text/markup.ts";

/** So wide that it can be read on a phone, where a picture is not made smaller. */
export const WIDTH = 400;
export const LINE = 22;

export interface Scale {
  readonly ticks: readonly number[];
  /** A tick in few characters: 2000, 20k, 2M. */
  text(tick: number): string;
  at(value: number): number;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

/** From zero to a round number at or above the largest value. */
export function scale(values: readonly number[], { from, to }: Range): Scale {
  const largest = Math.max(...values, 0) || 1;
  const power = 10 ** Math.floor(Math.log10(largest / 4));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power)
    .find((candidate) => largest / candidate <= 5)!;
  const count = Math.ceil(largest / step - 1e-9);
  // What adding the steps up would give has too many digits.
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6)));
  const end = ticks.at(-1)!;
  const [unit, letter] = end >= 1e7 ? [1e6, "M"] : end >= 1e4 ? [1e3, "k"] : [1, ""];
  return {
    ticks,
    text: (tick) => tick === 0 ? "0" : `${Number((tick / unit).toPrecision(6))}${letter}`,
    at: (value) => from + (to - from) * (value / end),
  };
}

export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly class?: string;
}

export function label(text: string, { x, y, anchor = "start", ...rest }: TextPlace): Element {
  return element("text", { x, y, "text-anchor": anchor, class: rest.class }, text);
}

/** Vertical lines with their numbers and the name of the axis below. */
export function xAxis(scale: Scale, { from, to }: Range, name: string): readonly Element[] {
  const [first, last] = [scale.at(0), scale.at(scale.ticks.at(-1)!)];
  return [
    ...scale.ticks.map((tick) =>
      element("line", {
        x1: scale.at(tick),
        x2: scale.at(tick),
        y1: from,
        y2: to,
        class: tick === 0 ? "axis" : "grid",
      })
    ),
    ...scale.ticks.map((tick) =>
      label(scale.text(tick), { x: scale.at(tick), y: to + 15, anchor: "middle" })
    ),
    label(name, { x: (first + last) / 2, y: to + 32, anchor: "middle", class: "name" }),
  ];
}

const SHAPES = ["circle", "diamond", "triangle", "square"] as const;

/** A mark of the series: told apart by its form, too, and hollow where it is a hint only. */
export function mark(
  series: number,
  { x, y, hollow = false }: { readonly x: number; readonly y: number; readonly hollow?: boolean },
  ...children: readonly Markup[]
): Element {
  const attributes = { class: `mark s${series % 6}${hollow ? " hollow" : ""}` };
  const path = (d: string) => element("path", { ...attributes, d }, ...children);
  switch (SHAPES[series % SHAPES.length]!) {
    case "circle":
      return element("circle", { ...attributes, cx: x, cy: y, r: 4 }, ...children);
    case "diamond":
      return path(`M${r(x)} ${r(y - 5)}l5 5l-5 5l-5 -5z`);
    case "triangle":
      return path(`M${r(x)} ${r(y - 5)}l4.6 8.4h-9.2z`);
    case "square":
      return path(`M${r(x - 3.8)} ${r(y - 3.8)}h7.6v7.6h-7.6z`);
  }
}

function r(value: number): number {
  return Math.round(value * 100) / 100;
}

/** A picture that is read out as its description; its figures stand in the table beside it. */
export function picture(
  { height, description }: { readonly height: number; readonly description: string },
  ...children: readonly Markup[]
): Element {
  return element("svg", {
    viewBox: `0 0 ${WIDTH} ${height}`,
    role: "img",
    "aria-label": description,
  }, ...children);
}

/** A picture with its title above it, its legend and a note below. */
export function figure(
  { title, picture, legend, note }: {
    readonly title: string;
    readonly picture: Element;
    readonly legend: readonly LegendEntry[];
    readonly note?: string;
  },
): Element {
  const entries = legend.map(({ name, swatch }) => element("li", {}, swatch, ` ${name}`));
  return element(
    "figure",
    {},
    element("figcaption", {}, title),
    picture,
    ...(entries.length > 1 ? [element("ul", { class: "legend" }, ...entries)] : []),
    ...(note ? [element("p", { class: "note" }, note)] : []),
  );
}

export interface LegendEntry {
  readonly name: string;
  readonly swatch: Element;
}

/** The sample of a mark or of a bar in the legend. */
export function swatch(content: Element): Element {
  return element("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, content);
}
