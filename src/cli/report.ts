/** An error → what the user reads on stderr, and the exit code. */

import { EXIT, Interrupted, type Problem, ProblemsError, ToolError } from "../errors.ts";
import { cleanLine, cleanText } from "../text/clean.ts";
import type { Streams } from "../world.ts";
import { paint } from "./paint.ts";

/** Nobody reads more of them; a file of nonsense may hold a problem in every line. */
const MAX_PROBLEMS = 50;
const MAX_LENGTH = 2000;

export function reportError(error: unknown, streams: Streams, version: string): number {
  const { red, cyan } = paint(streams.colour);
  const say = (text: string) => streams.err(cleanText(text));
  const fail = (text: string) => streams.err(`${red("error:")} ${cleanLine(short(text))}`);
  const hint = (text: string | undefined) =>
    text && streams.err(`${cyan("hint:")} ${cleanLine(short(text))}`);
  streams.progress("");

  if (error instanceof ProblemsError) {
    const { problems } = error;
    for (const problem of problems.slice(0, MAX_PROBLEMS)) {
      fail(problemText(problem));
      hint(problem.hint);
    }
    const more = problems.length - MAX_PROBLEMS;
    if (more > 0) fail(`… and ${more.toLocaleString("en-US")} more`);
    return error.exitCode;
  }
  if (error instanceof ToolError) {
    fail(error.message);
    if (error.details.command) say(`  command: ${error.details.command}`);
    if (error.details.output) say(indent(error.details.output));
    hint(error.details.hint);
    return EXIT.tool;
  }
  if (error instanceof Interrupted) {
    if (error.note) streams.err(cleanText(error.note));
    return error.exitCode;
  }
  fail(`this is a bug in helm-navigator ${version}`);
  say(indent(error instanceof Error ? error.stack ?? error.message : String(error)));
  hint("please report it with the command line and the text above");
  return EXIT.bug;
}

function problemText({ where, what }: Problem): string {
  return where === undefined ? what : `${where}: ${what}`;
}

function short(text: string): string {
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

function indent(text: string): string {
  return text.split("\n").map((line) => `  ${line}`).join("\n");
}
