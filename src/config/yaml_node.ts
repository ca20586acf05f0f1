/** The value of one option in the YAML file, in any of its forms. */

import { type Document, isMap, isScalar, isSeq, type Node } from "yaml";
import {
  holdsCommas,
  isMapSyntax,
  parseEntry,
  parseTensorEntry,
  parseWords,
  SyntaxProblem,
} from "./microsyntax.ts";
import type { Syntax } from "./option.ts";

/**
 * Structured values as they are; text, and lists of text, as the words of the flag.
 *
 * @returns null when nothing is given
 * @throws SyntaxProblem
 */
export function readNode(syntax: Syntax, node: Node | null, document: Document): unknown {
  if (node === null || (isScalar(node) && node.value === null)) return null;
  if (syntax === "text") return isScalar(node) ? scalarText(node) : node.toJS(document);
  if (isScalar(node)) {
    // YAML spells them in three ways.
    if (syntax === "boolean" && typeof node.value === "boolean") return node.value;
    return parseWords(syntax, syntax === "boolean" ? [scalarText(node)] : words(node));
  }
  const list = scalars(node);
  if (list !== undefined) return parseWords(syntax, list);
  if (isMap(node) && isMapSyntax(syntax)) {
    return Object.fromEntries(
      node.items.map((pair) => [
        isScalar(pair.key) ? scalarText(pair.key) : String(pair.key),
        readEntry(syntax, pair.value as Node | null, document),
      ]),
    );
  }
  if (isMap(node) && syntax === "tensors") return namedTensors(node.toJS(document));
  // Old files of Model Analyzer's write each constraint as an item.
  if (isSeq(node) && syntax === "constraints" && node.items.every((item) => isMap(item))) {
    return Object.assign({}, ...node.toJS(document));
  }
  return node.toJS(document);
}

/** In `[x:-1,3:int8]` YAML sees two words, which a user does not. */
export function flowHint(syntax: Syntax, node: Node | null): string | undefined {
  const list = isSeq(node) && node.flow && holdsCommas(syntax) ? scalars(node) : undefined;
  return list?.some((word) => !word.includes(","))
    ? "commas separate the words of a list in brackets: put a word that holds one in quotes"
    : undefined;
}

function readEntry(
  syntax: Parameters<typeof parseEntry>[0],
  node: Node | null,
  document: Document,
): unknown {
  if (isScalar(node) && node.value !== null) return parseEntry(syntax, scalarText(node));
  const list = holdsCommas(syntax) ? scalars(node) : undefined;
  // Helm's `--set` makes texts of fractions.
  return list === undefined ? node?.toJS(document) : parseEntry(syntax, list.join(","));
}

/** `{image: {shape: …, dtype: …}}` is the same as `[{name: image, shape: …, dtype: …}]`. */
function namedTensors(map: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(map).map(([name, rest]) => {
    if (typeof rest === "string") return parseTensorEntry(name, rest);
    if (typeof rest === "object" && rest !== null) return { name, ...rest };
    throw new SyntaxProblem(`\`${name}\` must be SHAPE:DTYPE, or a map of shape and dtype`);
  });
}

/** The words of a list that holds nothing else. */
function scalars(node: Node | null): string[] | undefined {
  if (!isSeq(node) || node.items.length === 0) return undefined;
  return node.items.every((item) => isScalar(item))
    ? node.items.map((item) => scalarText(item as Node))
    : undefined;
}

/** As it was typed: `22.10` stays `22.10`, and not the number 22.1. */
function scalarText(node: Node): string {
  const scalar = node as { value: unknown; source?: string };
  return typeof scalar.value === "string" ? scalar.value : scalar.source ?? String(scalar.value);
}

function words(node: Node): string[] {
  return scalarText(node).split(/\s+/).filter((word) => word !== "");
}
