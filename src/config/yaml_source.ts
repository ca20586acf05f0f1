/** The YAML file that --config-path names, read key by key with its line numbers. */

import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLParseError,
} from "yaml";
import type { Problem } from "../errors.ts";
import { snakeCase } from "../text/case.ts";
import { systemReason } from "../text/clean.ts";
import { didYouMean } from "../text/suggest.ts";
import type { Files } from "../world.ts";
import type { Options } from "./option.ts";
import { type Given, type GivenValue, syntaxProblem } from "./sources.ts";
import { flowHint, readNode } from "./yaml_node.ts";

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
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    version: "1.2",
    // Its warnings would go to the terminal.
    logLevel: "error",
  });
  const place = (node: { range?: readonly number[] | null } | null | undefined, key?: string) =>
    `${file}:${lines.linePos(node?.range?.[0] ?? 0).line}${key ? ` ${key}` : ""}`;
  const broken = document.errors.map((error): Problem => ({
    where: `${file}:${error.linePos?.[0].line ?? 1}`,
    ...parserWords(error),
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
    const written = String(isScalar(pair.key) ? pair.key.value : pair.key);
    const where = place(pair.key as Node, written);
    const key = Object.keys(options).find((name) => options[name]!.alias === written) ?? written;
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
    } else if (values.has(key)) {
      problems.push({ where, what: `says \`${key}\` again`, hint: "remove one of the two" });
    } else {
      const node = resolved(pair.value as Node | null, document);
      const hint = flowHint(known.syntax, node);
      try {
        const value = readNode(known.syntax, node, document);
        if (value !== null) values.set(key, { value, where, hint });
      } catch (error) {
        problems.push(
          error instanceof ReferenceError
            ? { where, what: "cannot be read: its aliases lead nowhere, or are too many" }
            : { ...syntaxProblem(where, error), ...(hint === undefined ? {} : { hint }) },
        );
      }
    }
  }
  return { values, problems };
}

function resolved(node: Node | null, document: Document): Node | null {
  return isAlias(node) ? node.resolve(document) ?? null : node;
}

/** The parser speaks to programmers about some things. */
function parserWords({ code, message }: YAMLParseError): Pick<Problem, "what" | "hint"> {
  if (code === "MULTIPLE_DOCS") {
    return {
      what: "a second document begins here",
      hint: "remove the line `---`, or what follows",
    };
  }
  return { what: message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, "") };
}

/** More than anybody writes. */
const MAX_BYTES = 8 * 1024 * 1024;

class Unreadable extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

export async function readConfigFile(options: Options, path: string, files: Files): Promise<Given> {
  const none = (problem: Problem): Given => ({ values: new Map(), problems: [problem] });
  let bytes: Uint8Array;
  try {
    bytes = await readBounded(path, files);
  } catch (error) {
    const what = error instanceof Unreadable ? error.message : systemReason(error);
    const hint = error instanceof Unreadable ? error.hint : "check the path";
    return none({ where: "--config-path", what: `cannot read ${path}: ${what}`, hint });
  }
  try {
    return fromYaml(options, path, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return none({ where: path, what: "is not UTF-8 text" });
  }
}

/** @throws Unreadable before it reads something endless */
async function readBounded(path: string, files: Files): Promise<Uint8Array> {
  // Undefined for the shell's `<(…)` too: its pipe has no path.
  const real = await files.realPath(path).catch(() => undefined);
  const kind = real === undefined ? undefined : await files.kind(real);
  if (kind === "other") throw noFile();
  if (real !== undefined && kind === "file") {
    const file = await files.open(real);
    file.close();
    if (file.size > MAX_BYTES) throw tooLarge();
  }
  const bytes = await files.readBytes(real ?? path).catch((error) => {
    // Deno reads nothing of /dev and /proc, unless it may do everything.
    throw error.name === "NotCapable" ? noFile() : error;
  });
  if (bytes.length > MAX_BYTES) throw tooLarge();
  return bytes;
}

function noFile(): Unreadable {
  return new Unreadable("it is not a file", "give a file, or `<(…)` with a command in it");
}

function tooLarge(): Unreadable {
  const size = `${MAX_BYTES / 1024 / 1024} MiB`;
  return new Unreadable(`it is larger than ${size}`, "give the file with the options in it");
}
