/** Help texts at 80 columns: usage, examples first, options by group in two columns. */

import type { Verb } from "../commands/verb.ts";
import { choicesOf, defaultText, isVariadic, type Option } from "../config/option.ts";
import { kebabCase } from "../text/case.ts";
import { wrapWords } from "../text/wrap.ts";
import { isOfCreate, type ShownOptions, shownOptions } from "./shown_options.ts";

const WIDTH = 80;
/** Where the second column begins; a longer flag has a line for itself. */
const COLUMN = 30;

export function programHelp(program: string, verbs: readonly Verb[]): string {
  const list = (some: readonly Verb[]) => {
    const width = Math.max(...some.map((v) => v.name.length)) + 4;
    return some.map((v) => `  ${v.name}`.padEnd(width) + v.summary).join("\n");
  };
  return `From a trained model to a served, measured endpoint on Kubernetes.

Usage: ${program} VERB [FLAGS]

${list(verbs.filter((v) => v.reader === undefined))}

In the cluster:
${list(verbs.filter((v) => v.reader !== undefined))}

Run \`${program} VERB --help\` for the flags and examples of a verb.`;
}

export function verbHelp(program: string, verb: Verb): string {
  const shown = shownOptions(verb);
  const explained = shown.filter(([key, option]) => !isOfCreate(key, option, verb));
  const others = shown.filter((entry) => !explained.includes(entry));
  const examples = verb.examples.map((text) =>
    `  ${text.replace(/(?<=^|\| )helm navigator/, program)}`
  );
  return [
    `${verb.summary}.`,
    usage(program, verb) + (verb.alias ? `\nAlias: ${verb.alias}` : ""),
    `Examples:\n${examples.join("\n")}`,
    ...groups(verb, explained),
    ...(others.length > 0 ? [names(program, others)] : []),
    ...(explained.some(([, { syntax }]) => isVariadic(syntax))
      ? ["Where … stands, give one value or several, or repeat the flag."]
      : []),
  ].join("\n\n");
}

function usage(program: string, verb: Verb): string {
  const words = [
    ...(verb.required ?? []).map((key) => flagOf(key, verb.options[key]!)),
    ...verb.words,
    "[FLAGS]",
    ...(verb.passesOn ? [`[-- FLAGS OF ${verb.passesOn.toUpperCase()}]`] : []),
  ];
  const start = `Usage: ${program} ${verb.name} `;
  return start + wrap(words, start.length);
}

function groups(verb: Verb, options: ShownOptions): string[] {
  const names = new Set(options.map(([, { group }]) => group));
  return [...names].map((name) => {
    const members = options.filter(([, { group }]) => group === name);
    return [`${name}:`, ...members.map(([key, option]) => row(verb, key, option))].join("\n");
  });
}

function names(program: string, options: ShownOptions): string {
  const flags = options.map(([key]) => `--${kebabCase(key)}`);
  return `Options that \`${program} create --help\` explains:\n  ${wrap(flags, 2)}`;
}

function row(verb: Verb, key: string, option: Option): string {
  const flag = `  ${option.short ? `-${option.short}, ` : ""}${flagOf(key, option)}`;
  const choices = choicesOf(option);
  const fallback = defaultText(option);
  const sentences = [
    verb.required?.includes(key) && "Required.",
    option.description,
    choices && `One of ${choices.join(", ")}.`,
    option.env && `Also from ${option.env}.`,
    fallback !== undefined && fallback !== "false" && `Default: ${fallback}.`,
  ].filter((sentence) => typeof sentence === "string");
  // `Default:` and what it is stay on one line.
  const text = wrap(sentences.join(" ").split(/(?<!Default:) /), COLUMN);
  return flag.length > COLUMN - 2
    ? `${flag}\n${" ".repeat(COLUMN)}${text}`
    : flag.padEnd(COLUMN) + text;
}

function flagOf(key: string, { placeholder, syntax }: Option): string {
  const value = placeholder ? ` ${placeholder}${isVariadic(syntax) ? " …" : ""}` : "";
  return `--${kebabCase(key)}${value}`;
}

/** Lines that begin in the given column, the first one without its indent. */
function wrap(words: readonly string[], column: number): string {
  return wrapWords(words, WIDTH - column).join(`\n${" ".repeat(column)}`);
}
