/** The words of a command line so far → what may stand in place of the last one. */

import { findVerb, VERBS } from "../commands/mod.ts";
import { choicesOf, isVariadic, type Option, type Options } from "../config/option.ts";
import { kebabCase } from "../text/case.ts";
import { findOption, GLOBAL_OPTIONS, isFlag, parseArgv, verbFirst } from "./argv.ts";
import { type ShownOptions, shownOptions } from "./shown_options.ts";

/** https://pkg.go.dev/github.com/spf13/cobra#ShellCompDirective: Helm's scripts and ours read them. */
const DIRECTIVES = { files: 0, nothing: 4, directories: 16 } as const;

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** What the shell offers besides. */
  readonly also: keyof typeof DIRECTIVES;
}

export interface Candidate {
  readonly text: string;
  readonly about?: string;
}

const NOTHING: Completion = { candidates: [], also: "nothing" };

/** Stands for the word that is being typed. */
const HERE = "\0";

/** @param elsewhere flags that somebody else completes: Helm does that for its own */
export function complete(words: readonly string[], elsewhere: Options = {}): Completion {
  const current = words.at(-1) ?? "";
  const typed = words.slice(0, -1);
  const [name, ...others] = verbFirst(typed);
  if (name === "help") return others.length === 0 ? verbs(current) : NOTHING;
  const verb = name === undefined ? undefined : findVerb(name);
  if (others.includes("--")) return { candidates: [], also: verb?.passesOn ? "files" : "nothing" };

  const options = verb?.options ?? GLOBAL_OPTIONS;
  const equals = isFlag(current) ? current.indexOf("=") : -1;
  if (equals !== -1) {
    const option = findOption(options, current.slice(0, equals))?.option;
    return option ? values(option, [], current.slice(equals + 1)) : NOTHING;
  }
  const parsed = parseArgv(options, [...(verb ? others : typed), HERE]);
  const given = new Set(parsed.flags.map(({ key }) => key));
  const flags = (verb ? shownOptions(verb) : Object.entries(options)).filter(([key, option]) =>
    (!given.has(key) || isVariadic(option.syntax)) && !Object.hasOwn(elsewhere, key)
  );
  if (isFlag(current) || current === "-") return flagNames(flags, current);
  const open = parsed.flags.find((flag) => flag.words.at(-1) === HERE);
  if (open) return values(options[open.key]!, open.words, current);
  if (parsed.words.at(-1) !== HERE) return NOTHING;
  if (verb === undefined) return parsed.words.length === 1 ? verbs(current) : NOTHING;
  return word(verb.words, parsed.words.length - 1, current) ?? flagNames(flags, current);
}

export function printCompletion({ candidates, also }: Completion): string {
  const lines = candidates.map(({ text, about }) => about ? `${text}\t${about}` : text);
  return [...lines, `:${DIRECTIVES[also]}`].join("\n");
}

function verbs(current: string): Completion {
  return offer(VERBS.map(({ name, summary }) => ({ text: name, about: summary })), current);
}

function flagNames(options: ShownOptions, current: string): Completion {
  const flags = options.map(([key, { description }]) => ({
    text: `--${kebabCase(key)}`,
    about: description.split(/[.;] /)[0]!.replace(/\.$/, ""),
  }));
  return offer([...flags, { text: "--help", about: "Show the flags and examples" }], current);
}

/** The word of a verb's usage at that place; undefined where no more may come. */
function word(usage: readonly string[], at: number, current: string): Completion | undefined {
  const expected = [...usage.slice(at), ...usage.filter((form) => form.includes("…"))];
  if (expected.length === 0) return undefined;
  const choices = expected[0]!.split("|");
  if (choices.length > 1) return offer(choices.map((text) => ({ text })), current);
  const also = expected.map(paths).find((kind) => kind !== "nothing");
  return { candidates: [], also: also ?? "nothing" };
}

/** @param taken the words that the flag has already */
function values(option: Option, taken: readonly string[], current: string): Completion {
  const choices = choicesOf(option)?.filter((choice) => !taken.includes(choice));
  if (choices) return offer(choices.map((text) => ({ text })), current);
  return { candidates: [], also: paths(option.placeholder ?? "") };
}

function offer(candidates: readonly Candidate[], current: string): Completion {
  return { candidates: candidates.filter(({ text }) => text.startsWith(current)), also: "nothing" };
}

/** What a placeholder stands for, of an option or of a word after the verb. */
function paths(placeholder: string): Completion["also"] {
  if (/\b(FILE|PATH)\b/.test(placeholder)) return "files";
  return /\b(DIR|CHART)\b/.test(placeholder) ? "directories" : "nothing";
}
