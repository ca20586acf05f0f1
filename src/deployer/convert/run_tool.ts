/** Runs a tool that may take minutes: says that it still works, and what it said last when it fails. */

import { ToolError } from "../../errors.ts";
import { lastLines } from "../../text/clean.ts";
import { quoteCommand } from "../../text/quote.ts";
import type { ToolCommand, ToolResult, World } from "../../world.ts";
import { elapsedProgress } from "../progress.ts";

/** Of each of its two streams. */
const KEPT_LINES = 12;

/** Shells say 128 and the signal's number. */
const KILLED = 137;

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /does not run on generated data/,
    "say what its data look like: `--value-ranges`, `--max-shapes`, `--min-shapes`, `--dtypes`",
  ],
  [
    /(ModuleNotFoundError|ImportError): .*/,
    "build the image again from the chart's Dockerfile, on a framework image that has this module",
  ],
  [/opset/i, "give another `--onnx-opsets`, or a newer container version"],
  [/out of memory|OOM|bad_alloc/i, "give the deployer more memory, or the model smaller shapes"],
];

type Effects = Pick<World, "exec" | "streams" | "now">;

/** @param doing completes `cannot …` and `… 40 s` */
export async function runTool(
  command: ToolCommand,
  doing: string,
  world: Effects,
): Promise<ToolResult> {
  const progress = elapsedProgress(doing, world);
  try {
    const result = await world.exec(command, { accept: "any" });
    if (result.code !== 0) throw toolFailure(command, doing, result);
    return result;
  } finally {
    progress.end();
  }
}

function toolFailure(
  { program, args, env = {} }: ToolCommand,
  doing: string,
  { code, stdout, stderr }: ToolResult,
): ToolError {
  const output = [stdout, stderr].map((text) => lastLines(text, KEPT_LINES))
    .filter((text) => text !== "").join("\n");
  const hint = code === KILLED
    ? "something killed it, most often for its memory: give the deployer more"
    : HINTS.find(([pattern]) => pattern.test(output))?.[1];
  return new ToolError(`cannot ${doing}: ${program} failed with exit code ${code}`, {
    command: quoteCommand(program, args, { env }),
    output,
    hint,
  });
}
