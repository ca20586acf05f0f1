/** Trees of XML or HTML elements as text; whatever stands in them, it stays text. */

import { cleanText } from "./clean.ts";

export type Markup = string | Element;

export interface Element {
  readonly name: string;
  readonly attributes: Attributes;
  readonly children: readonly Markup[];
}

/** One that is undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function element(
  name: string,
  attributes: Attributes,
  ...children: readonly Markup[]
): Element {
  return { name, attributes, children };
}

export function printMarkup(markup: Markup): string {
  if (typeof markup === "string") return escapeMarkup(markup);
  const { name, attributes, children } = markup;
  const words = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeMarkup(shorten(value!))}"`);
  return `<${name}${words.join("")}>${children.map(printMarkup).join("")}</${name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeMarkup(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (c) => ESCAPES[c]!);
}

/** A hundredth of a pixel is not seen. */
function shorten(value: string | number): string {
  return typeof value === "number" ? String(Math.round(value * 100) / 100) : value;
}
