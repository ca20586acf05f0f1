/** An error → what the user reads on stderr, and the exit code. */

import { EXIT, Interrupted, type Problem, ToolError, UserError } from "../errors.ts";
import { cleanText } from "../text/clean.ts";
import type { Streams } from "../world.ts";
import { paint } from "./paint.ts";

export function reportError(error: unknown, streams: Streams, version: string): number {
  const { red, cyan } = paint(streams.colour);
  const say = (text: string) => streams.err(cleanText(text));
  const fail = (text: string) => streams.err(`${red("error:")} ${cleanText(text)}`);
  const hint = (text: string | undefined) =>
    text && streams.err(`${cyan("hint:")} ${cleanText(text)}`);
  streams.progress("");

  if (error instanceof UserError) {
    for (const problem of error.problems) {
      fail(problemText(problem));
      hint(problem.hint);
    }
    return EXIT.user;
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

function indent(text: string): string {
  return text.split("\n").map((line) => `  ${line}`).join("\n");
}
