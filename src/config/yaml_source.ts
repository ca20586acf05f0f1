/** The YAML file that --config-path names, read key by key with its line numbers. */

import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import type { Problem } from "../errors.ts";
import { snakeCase } from "../text/case.ts";
import { systemReason } from "../text/clean.ts";
import { didYouMean } from "../text/suggest.ts";
import { isMapSyntax, parseEntry, parseWords, SyntaxProblem } from "./microsyntax.ts";
import type { Files } from "../world.ts";
import type { Option, Options, Syntax } from "./option.ts";
import { type Given, type GivenValue, syntaxProblem } from "./sources.ts";

/** Reads all that can be read; what cannot is in `problems`. `file` is only for messages. */
export function fromYaml(options: Options, file: string, text: string): Given {
  try {
    return readDocument(options, file, text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const what = "is nested too deeply";
    return { values: new Map(), problems: [{ where: `${file}:1`, what }] };
  }
}

function readDocument(options: Options, file: string, text: string): Given {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, version: "1.2" });
  const place = (node: { range?: readonly number[] | null } | null | undefined, key?: string) =>
    `${file}:${lines.linePos(node?.range?.[0] ?? 0).line}${key ? ` ${key}` : ""}`;
  const broken = document.errors.map((error): Problem => ({
    where: `${file}:${error.linePos?.[0].line ?? 1}`,
    what: error.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, ""),
  }));
  // The parser is recursive, and reports its own end among the errors.
  if (broken.some(({ what }) => /call stack/.test(what))) throw new RangeError();
  if (broken.length > 0) return { values: new Map(), problems: broken };
  if (!isMap(document.contents)) {
    const what = document.contents === null ? "the file is empty" : "must be a map of options";
    return {
      values: new Map(),
      problems: [{ where: file, what, hint: "write one `option: value` a line" }],
    };
  }

  const values = new Map<string, GivenValue>();
  const problems: Problem[] = [];
  for (const pair of document.contents.items) {
    const key = String(isScalar(pair.key) ? pair.key.value : pair.key);
    const where = place(pair.key as Node, key);
    const known = Object.hasOwn(options, key) ? options[key] : undefined;
    if (key === "config_path" || known?.flagOnly) {
      problems.push({ where, what: "is only a flag", hint: "remove it from the file" });
    } else if (known === undefined) {
      const keys = Object.keys(options).filter((name) => !options[name]!.flagOnly);
      problems.push({
        where,
        what: "no such option",
        hint: didYouMean(snakeCase(key), keys),
      });
    } else {
      try {
        const value = readNode(known, pair.value as Node | null, document);
        if (value !== null) values.set(key, { value, where });
      } catch (error) {
        problems.push(
          error instanceof ReferenceError
            ? { where, what: "cannot be read: its aliases lead nowhere, or are too many" }
            : syntaxProblem(where, error),
        );
      }
    }
  }
  return { values, problems };
}

/** Structured values as they are; text, and lists of text, as the words of the flag. */
function readNode(option: Option, node: Node | null, document: Document): unknown {
  if (isAlias(node)) node = node.resolve(document) ?? null;
  if (node === null || (isScalar(node) && node.value === null)) return null;
  const { syntax } = option;
  if (syntax === "text") return isScalar(node) ? scalarText(node) : node.toJS(document);
  if (isScalar(node)) {
    return parseWords(syntax, syntax === "boolean" ? [scalarText(node)] : words(node));
  }
  if (isSeq(node) && node.items.length > 0 && node.items.every((item) => isScalar(item))) {
    const words = node.items.map((item) => scalarText(item as Node));
    return node.flow ? parseFlowWords(syntax, words) : parseWords(syntax, words);
  }
  if (isMap(node) && isMapSyntax(syntax)) {
    return Object.fromEntries(
      node.items.map((pair) => [
        isScalar(pair.key) ? scalarText(pair.key) : String(pair.key),
        isScalar(pair.value) && pair.value.value !== null
          ? parseEntry(syntax, scalarText(pair.value))
          : (pair.value as Node | null)?.toJS(document),
      ]),
    );
  }
  if (isMap(node) && syntax === "tensors") return namedTensors(node.toJS(document));
  return node.toJS(document);
}

/** In `[x:-1,3:int8]` YAML sees two words, which a user does not. */
function parseFlowWords(syntax: Syntax, words: readonly string[]): unknown {
  try {
    return parseWords(syntax, words);
  } catch (error) {
    if (!(error instanceof SyntaxProblem) || ["texts", "integers"].includes(syntax)) throw error;
    throw new SyntaxProblem(
      error.message,
      "commas separate the words of a list in brackets: put a word that holds one in quotes",
    );
  }
}

/** `{image: {shape: …, dtype: …}}` is the same as `[{name: image, shape: …, dtype: …}]`. */
function namedTensors(map: Record<string, unknown>): unknown {
  return Object.entries(map).map(([name, rest]) =>
    typeof rest === "object" ? { name, ...rest } : { name, rest }
  );
}

/** As it was typed: `22.10` stays `22.10`, and not the number 22.1. */
function scalarText(node: Node): string {
  const scalar = node as { value: unknown; source?: string };
  return typeof scalar.value === "string" ? scalar.value : scalar.source ?? String(scalar.value);
}

function words(node: Node): string[] {
  return scalarText(node).split(/\s+/).filter((word) => word !== "");
}

export async function readConfigFile(options: Options, path: string, files: Files): Promise<Given> {
  const none = (problem: Problem): Given => ({ values: new Map(), problems: [problem] });
  let bytes: Uint8Array;
  try {
    bytes = await files.readBytes(path);
  } catch (error) {
    const what = `cannot read ${path}: ${systemReason(error)}`;
    return none({ where: "--config-path", what, hint: "check the path" });
  }
  try {
    return fromYaml(options, path, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return none({ where: path, what: "is not UTF-8 text" });
  }
}
