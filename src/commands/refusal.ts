/** A tool that said no, where more of its exit codes than 0 are answers. */

import { ToolError } from "../errors.ts";
import { lastLines } from "../text/clean.ts";
import { quoteCommand } from "../text/quote.ts";
import type { ToolCommand } from "../world.ts";

export function refusal(command: ToolCommand, code: number, stderr: string): ToolError {
  const { program, args, hint } = command;
  const name = program.split("/").at(-1);
  return new ToolError(`\`${name} ${args[0]}\` failed with exit code ${code}`, {
    command: quoteCommand(program, args),
    output: lastLines(stderr, 20),
    hint: hint?.(stderr),
  });
}
