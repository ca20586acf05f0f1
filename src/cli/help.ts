/** Help texts at 80 columns: usage, examples first, options by group. */

import type { Verb } from "../commands/verb.ts";
import { choicesOf, defaultOf, isVariadic, type Option } from "../config/option.ts";
import { kebabCase } from "../text/case.ts";
import { shownOptions } from "./shown_options.ts";

const WIDTH = 80;

export function programHelp(program: string, verbs: readonly Verb[]): string {
  const width = Math.max(...verbs.map((v) => v.name.length)) + 4;
  const list = (some: readonly Verb[]) =>
    some.map((v) => `  ${v.name}`.padEnd(width) + v.summary).join("\n");
  return `From a trained model to a served, measured endpoint on Kubernetes.

Usage: ${program} VERB [FLAGS]

${list(verbs.filter((v) => v.reader === undefined))}

In the cluster:
${list(verbs.filter((v) => v.reader !== undefined))}

Run \`${program} VERB --help\` for the flags and examples of a verb.`;
}

export function verbHelp(program: string, verb: Verb): string {
  const usage = [
    `Usage: ${program} ${verb.name}`,
    ...verb.words,
    "[FLAGS]",
    ...(verb.passesOn ? [`[-- FLAGS OF ${verb.passesOn.toUpperCase()}]`] : []),
  ].join(" ");
  const parts = [
    verb.summary + ".",
    usage,
    "Examples:\n" + verb.examples.map((e) => `  ${e}`).join("\n"),
    ...groups(verb).map(([group, options]) => `${group}:\n${options.join("\n")}`),
  ];
  return parts.join("\n\n");
}

function groups(verb: Verb): [string, string[]][] {
  const result = new Map<string, string[]>();
  for (const [key, option] of shownOptions(verb)) {
    const required = verb.required?.includes(key) ?? false;
    result.set(option.group, [
      ...(result.get(option.group) ?? []),
      describe(key, option, required),
    ]);
  }
  return [...result];
}

function describe(key: string, option: Option, required: boolean): string {
  const short = option.short ? `-${option.short}, ` : "";
  const value = option.placeholder
    ? ` ${option.placeholder}${isVariadic(option.syntax) ? " …" : ""}`
    : "";
  const notes = [
    choicesOf(option) && `One of ${choicesOf(option)!.join(", ")}.`,
    required && "Required.",
    option.env && `Also from ${option.env}.`,
    showDefault(option),
  ].filter((note) => typeof note === "string");
  const text = wrap([option.description, ...notes].join(" "), WIDTH - 8);
  return `  ${short}--${kebabCase(key)}${value}\n${text.map((l) => `        ${l}`).join("\n")}`;
}

function showDefault(option: Option): string | undefined {
  const value = defaultOf(option);
  if (value === undefined || value === false) return undefined;
  return `Default: ${Array.isArray(value) ? value.join(" ") : String(value)}.`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
