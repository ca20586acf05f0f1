/** The words of a flag turned into the structure that YAML has. */

import type { Syntax } from "./option.ts";

/** Words that cannot be read; the message completes "`--flag`: …". */
export class SyntaxProblem extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * @param words what stood after the flag, all its occurrences together
 * @throws SyntaxProblem
 */
export function parseWords(syntax: Syntax, words: readonly string[]): unknown {
  switch (syntax) {
    case "text":
      return words.at(-1);
    case "integer":
      return parseInteger(words.at(-1) ?? "");
    case "number":
      return parseNumber(words.at(-1) ?? "");
    case "boolean":
      return parseBoolean(words.at(-1) ?? "true");
    case "texts":
      return words;
    case "integers":
      return words.map(parseInteger);
    case "tensors":
      return words.map(parseTensor);
    case "constraints":
      return parseConstraints(words);
    default:
      return parseMap(words, MAPS[syntax]);
  }
}

/** The syntaxes whose value is a map, one entry a word. */
type MapSyntax =
  | "shapes"
  | "ranges"
  | "dtypes"
  | "tolerances"
  | "counts"
  | "thresholds"
  | "weights";

interface MapForm {
  readonly form: string;
  readonly parse: (text: string) => unknown;
  /** An entry without a name is the default; its key is "". */
  readonly hasDefault: boolean;
  /** The value of an entry that is only a name. */
  readonly unsaid?: number;
}

const MAPS: Readonly<Record<MapSyntax, MapForm>> = {
  shapes: { form: "NAME=D0,D1,…", parse: parseDimensions, hasDefault: false },
  ranges: { form: "NAME=LOW,HIGH", parse: parseBounds, hasDefault: true },
  dtypes: { form: "NAME=DTYPE", parse: (text) => text, hasDefault: true },
  tolerances: { form: "NAME=TOLERANCE", parse: parseNumber, hasDefault: true },
  counts: { form: "KIND=COUNT", parse: parseInteger, hasDefault: false },
  thresholds: { form: "METRIC:BOUND=LIMIT", parse: parseLimit, hasDefault: false },
  // Ten is what Model Analyzer takes.
  weights: { form: "METRIC=WEIGHT", parse: parseNumber, hasDefault: false, unsaid: 10 },
};

export function isMapSyntax(syntax: Syntax): syntax is MapSyntax {
  return Object.hasOwn(MAPS, syntax);
}

/** Whether an entry may stand without a name. */
export function hasDefaultEntry(syntax: MapSyntax): boolean {
  return MAPS[syntax].hasDefault;
}

/** Whether an entry may be a name alone. */
export function hasUnsaidValue(syntax: MapSyntax): boolean {
  return MAPS[syntax].unsaid !== undefined;
}

/** Whether one word, or one entry, may be a list. */
export function holdsCommas(syntax: Syntax): boolean {
  return ["tensors", "shapes", "ranges"].includes(syntax);
}

/**
 * The value of one entry, without its key.
 *
 * @throws SyntaxProblem
 */
export function parseEntry(syntax: MapSyntax, text: string): unknown {
  return MAPS[syntax].parse(text);
}

function parseInteger(word: string): number {
  if (!/^[+-]?\d+$/.test(word)) throw new SyntaxProblem(`\`${word}\` is not an integer`);
  // JavaScript would take another number for it.
  if (Number(word) > Number.MAX_SAFE_INTEGER) throw new SyntaxProblem(`\`${word}\` is too large`);
  return Number(word);
}

function parseNumber(word: string): number {
  if (!isNumber(word)) throw new SyntaxProblem(`\`${word}\` is not a number`);
  return Number(word);
}

function isNumber(word: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word);
}

/** A number, or one with its unit. */
function parseLimit(word: string): number | string {
  return isNumber(word) ? Number(word) : word;
}

function parseBoolean(word: string): boolean {
  if (word === "true") return true;
  if (word === "false") return false;
  throw new SyntaxProblem(`\`${word}\` is neither true nor false`);
}

function parseDimensions(text: string): number[] {
  return text === "" ? [] : text.split(",").map(parseInteger);
}

function parseBounds(text: string): number[] {
  return text.split(",").map(parseNumber);
}

/** `name:1,3,224:float32`, read from the right, since a tensor's name may hold colons. */
function parseTensor(word: string): unknown {
  const at = word.lastIndexOf(":", word.lastIndexOf(":") - 1);
  const rest = word.slice(at + 1);
  if (at >= 1 && TENSOR.test(rest)) return parseTensorEntry(word.slice(0, at), rest);
  throw new SyntaxProblem(
    `\`${word}\` is not NAME:SHAPE:DTYPE`,
    "for example `image:-1,3,224,224:float32`; -1 is a dynamic axis, the first is the batch",
  );
}

const TENSOR = /^[-+\d,]*:[A-Za-z]\w*$/;

/**
 * @param text shape and type, without the name
 * @throws SyntaxProblem
 */
export function parseTensorEntry(name: string, text: string): unknown {
  if (!TENSOR.test(text)) throw new SyntaxProblem(`\`${text}\` of \`${name}\` is not SHAPE:DTYPE`);
  const [shape = "", dtype] = text.split(":");
  return { name, shape: parseDimensions(shape), dtype };
}

/** Keys are split off at the last `=`, since a tensor's name may hold one; the key "" is the default. */
function parseMap(
  words: readonly string[],
  { form, parse, hasDefault, unsaid }: MapForm,
): Record<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const word of words) {
    const at = word.lastIndexOf("=");
    const isWhole = at >= 1 || at === -1 && (hasDefault || unsaid !== undefined);
    if (!isWhole) throw new SyntaxProblem(`\`${word}\` is not ${form}`);
    const key = at === -1 ? (hasDefault ? "" : word) : word.slice(0, at);
    if (entries.has(key)) {
      throw new SyntaxProblem(
        key === "" ? "holds two values without a name" : `names \`${key}\` twice`,
      );
    }
    entries.set(key, at === -1 && unsaid !== undefined ? unsaid : parse(word.slice(at + 1)));
  }
  return Object.fromEntries(entries);
}

/** `perf_latency_p99:max=20`, one bound a word. */
function parseConstraints(words: readonly string[]): unknown {
  const form: MapForm = { form: "METRIC:BOUND=LIMIT", parse: parseNumber, hasDefault: false };
  const flat = Object.entries(parseMap(words, form)).map(([key, limit]) => {
    const [, metric, bound] = /^(.+):(min|max)$/.exec(key) ?? [];
    if (metric !== undefined) return [metric, bound!, limit] as const;
    throw new SyntaxProblem(
      `\`${key}=${limit}\` is not ${form.form}`,
      "for example `perf_latency_p99:max=20`, or `perf_throughput:min=100`",
    );
  });
  return Object.fromEntries(
    Map.groupBy(flat, ([metric]) => metric).entries().map(([metric, bounds]) => [
      metric,
      Object.fromEntries(bounds.map(([, bound, limit]) => [bound, limit])),
    ]),
  );
}
