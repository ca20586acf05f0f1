/** Where values come from, each remembered with its origin for the error messages. */

import type { Problem } from "../errors.ts";
import { kebabCase } from "../text/case.ts";
import { parseWords, SyntaxProblem } from "./microsyntax.ts";
import type { Options } from "./option.ts";

export interface GivenValue {
  readonly value: unknown;
  /** `--max-batch-size` or `navigator.yaml:12 max_batch_size` */
  readonly where: string;
  /** What the user may not know about how it was written; told when the value is refused. */
  readonly hint?: string | undefined;
}

/** One source's values by key, and what could not be read. */
export interface Given {
  readonly values: ReadonlyMap<string, GivenValue>;
  readonly problems: readonly Problem[];
}

/** A flag as it was typed: its key and the words after it, repetitions already joined. */
export interface FlagWords {
  readonly key: string;
  readonly words: readonly string[];
}

export function fromFlags(options: Options, flags: readonly FlagWords[]): Given {
  const values = new Map<string, GivenValue>();
  const problems: Problem[] = [];
  for (const { key, words } of flags) {
    const where = `--${kebabCase(key)}`;
    try {
      values.set(key, { value: parseWords(options[key]!.syntax, words), where });
    } catch (error) {
      problems.push(syntaxProblem(where, error));
    }
  }
  return { values, problems };
}

/** Empty variables count as not set: a chart cannot leave one out of a pod easily. */
export function fromEnvironment(
  options: Options,
  env: (name: string) => string | undefined,
): Given {
  const values = new Map<string, GivenValue>();
  for (const [key, { env: name }] of Object.entries(options)) {
    const value = name === undefined ? undefined : env(name);
    if (name !== undefined && value) values.set(key, { value, where: name });
  }
  return { values, problems: [] };
}

export function syntaxProblem(where: string, error: unknown): Problem {
  if (!(error instanceof SyntaxProblem)) throw error;
  return { where, what: error.message, hint: error.hint };
}

/** ` (navigator.yaml:3)`, to stand behind a value that another one does not go with. */
export function aside(where: string, key: string): string {
  return ` (${where.endsWith(` ${key}`) ? where.slice(0, -key.length - 1) : where})`;
}
