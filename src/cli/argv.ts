/** argv → flags with their words, positional words, and what was wrong, all at once. */

import { targetOptions } from "../config/cluster_options.ts";
import { isVariadic, type Option, type Options } from "../config/option.ts";
import type { FlagWords } from "../config/sources.ts";
import { commonOptions } from "../config/verb_options.ts";
import type { Problem } from "../errors.ts";
import { kebabCase, snakeCase } from "../text/case.ts";
import { didYouMean } from "../text/suggest.ts";

export interface ParsedArgv {
  readonly flags: readonly FlagWords[];
  readonly words: readonly string[];
  readonly help: boolean;
  readonly problems: readonly Problem[];
}

/**
 * A variadic flag takes every following word up to the next flag; a word that is a minus sign and a
 * number is a value. Repeated flags accumulate; of a flag with one value the last one wins.
 *
 * @param hint for an unknown flag that is near to none of ours
 */
export function parseArgv(
  options: Options,
  argv: readonly string[],
  hint?: string,
): ParsedArgv {
  const flags = new Map<string, string[]>();
  const words: string[] = [];
  const problems: Problem[] = [];
  let help = false;

  for (let i = 0; i < argv.length; i++) {
    const token = argv[i]!;
    if (!isFlag(token)) {
      words.push(token);
      continue;
    }
    const equals = token.startsWith("--") ? token.indexOf("=") : -1;
    const name = equals === -1 ? token : token.slice(0, equals);
    if (name === "--help" || name === "-h") {
      help = true;
      continue;
    }
    const found = findOption(options, name);
    const following: string[] = equals === -1 ? [] : [token.slice(equals + 1)];
    const takes = found === undefined || isVariadic(found.option.syntax)
      ? Infinity
      : found.option.syntax === "boolean"
      ? following.length
      : 1;
    while (following.length < takes && i + 1 < argv.length && !isFlag(argv[i + 1]!)) {
      following.push(argv[++i]!);
    }
    if (found === undefined) {
      const names = Object.keys(options).map((key) => `--${kebabCase(key)}`);
      problems.push({ where: name, what: "no such flag", hint: didYouMean(name, names) ?? hint });
      continue;
    }
    const { key, option, negated } = found;
    if (option.syntax === "boolean") {
      if (negated && following.length > 0) problems.push({ where: name, what: "takes no value" });
      flags.set(key, negated ? ["false"] : following.length > 0 ? following : ["true"]);
    } else if (following.length === 0) {
      problems.push({ where: name, what: `needs a value: ${name} ${option.placeholder}` });
    } else {
      flags.set(key, [...(flags.get(key) ?? []), ...following]);
    }
  }
  return {
    flags: [...flags].map(([key, values]) => ({ key, words: values })),
    words,
    help,
    problems,
  };
}

export function isFlag(token: string): boolean {
  return /^-[^\d.]/.test(token);
}

/** How many words the flag at the beginning takes: 0 when it is none of `options`. */
export function flagLength(options: Options, word: string): 0 | 1 | 2 {
  const [name = ""] = word.split("=");
  const found = isFlag(name) ? findOption(options, name) : undefined;
  if (found === undefined) return 0;
  return found.option.syntax === "boolean" || word.includes("=") ? 1 : 2;
}

/** Takes the flags of `options` out of words that are meant for another program. */
export function takeFlags(
  options: Options,
  words: readonly string[],
): { readonly taken: readonly string[]; readonly left: readonly string[] } {
  const taken: string[] = [];
  const left: string[] = [];
  for (let i = 0; i < words.length;) {
    const length = flagLength(options, words[i]!);
    (length > 0 ? taken : left).push(...words.slice(i, i + Math.max(1, length)));
    i += Math.max(1, length);
  }
  return { taken, left };
}

/** The flags that may stand before the verb too. */
export const GLOBAL_OPTIONS: Options = { ...targetOptions, ...commonOptions };

/** Helm's users write `--namespace x VERB` as well as `VERB --namespace x`. */
export function verbFirst(argv: readonly string[]): readonly string[] {
  let at = 0;
  while (at < argv.length) {
    const length = flagLength(GLOBAL_OPTIONS, argv[at]!);
    if (length === 0) break;
    at += length;
  }
  const verb = argv[at];
  return verb === undefined ? argv : [verb, ...argv.slice(0, at), ...argv.slice(at + 1)];
}

interface FoundOption {
  readonly key: string;
  readonly option: Option;
  readonly negated?: boolean;
}

export function findOption(options: Options, name: string): FoundOption | undefined {
  // Helm's own word for it.
  if (name === "--debug" && "verbose" in options) name = "--verbose";
  if (!name.startsWith("--")) {
    const entry = Object.entries(options).find(([, o]) => o.short === name.slice(1));
    return entry && { key: entry[0], option: entry[1] };
  }
  const key = name.includes("_") ? "" : snakeCase(name.slice(2));
  if (Object.hasOwn(options, key)) return { key, option: options[key]! };
  const positive = key.replace(/^no_/, "");
  if (positive !== key && Object.hasOwn(options, positive)) {
    const option = options[positive]!;
    if (option.syntax === "boolean") return { key: positive, option, negated: true };
  }
  return undefined;
}
