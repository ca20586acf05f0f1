/** Does the converted model say what the original said? Both are run on generated data. */

import { ToolError } from "../../errors.ts";
import type { ToolCommand, World } from "../../world.ts";
import { type Conversion, script, type WorkModel } from "./converters/conversion.ts";
import { runTool } from "./run_tool.ts";

/** What compare_models.py prints last: the worst pair of values, or why there is none. */
type Comparison =
  | { readonly missing: string }
  | Pair
  | { readonly output: string; readonly within: false; readonly shapes: readonly number[][] };

interface Pair {
  readonly output: string;
  readonly within: boolean;
  readonly index: readonly number[];
  readonly expected: string;
  readonly actual: string;
  readonly difference: string;
  /** The absolute tolerance that would let it pass; null when none would. */
  readonly needed: number | null;
}

type Effects = Pick<World, "exec" | "streams" | "now">;

export function compareCommand(
  conversion: Pick<Conversion, "scripts" | "config" | "model">,
  converted: Pick<WorkModel, "format" | "path">,
): ToolCommand {
  const { model } = conversion;
  return script(conversion, "compare_models.py", [
    ...[model.format, model.path],
    ...[converted.format, converted.path],
    ...(model.signatureKey === undefined ? [] : [model.signatureKey]),
  ]);
}

/** @throws ToolError when an output is further off than its tolerances allow */
export async function compare(
  conversion: Pick<Conversion, "scripts" | "config" | "model">,
  converted: Pick<WorkModel, "format" | "path">,
  world: Effects,
): Promise<void> {
  const names = `${converted.format} with ${conversion.model.format}`;
  const { stdout } = await runTool(
    compareCommand(conversion, converted),
    `compare ${names}`,
    world,
  );
  // What a framework prints on its own is left out.
  const found = JSON.parse(
    stdout.split("\n").findLast((line) => line.startsWith("{"))!,
  ) as Comparison;
  const say = (text: string) => world.streams.err(`compare ${names}: ${text}`);
  if ("missing" in found) {
    return say(`left out, since the Python here has no module ${found.missing}`);
  }
  if ("shapes" in found) throw differentShapes(found.output, found.shapes, names);
  if (!found.within) throw tooFarOff(found, names);
  say(found.index === undefined ? "no values" : `at most ${found.difference} off, ${place(found)}`);
}

function place({ output, index, expected, actual }: Pair): string {
  const where = index.length === 0 ? output : `${output}[${index.join(",")}]`;
  return `in ${where}: ${expected} became ${actual}`;
}

function differentShapes(
  output: string,
  shapes: readonly (readonly number[])[],
  names: string,
): ToolError {
  const [expected, actual] = shapes.map((shape) => `[${shape.join(",")}]`);
  return new ToolError(
    `the outputs differ, ${names}: ${output} has the shape ${expected}, and ${actual} when converted`,
    { hint: "check that every dynamic axis of the inputs and outputs is -1 in their signature" },
  );
}

function tooFarOff(pair: Pair, names: string): ToolError {
  const { output, difference, needed } = pair;
  return new ToolError(
    `the outputs differ, ${names}: worst is ${difference}, ${place(pair)}`,
    {
      hint: needed === null
        ? "give `--value-ranges` that the model takes, or another precision"
        : `if that is exact enough, allow it: \`--atol ${output}=${roundedUp(needed)}\``,
    },
  );
}

/** To one digit: 0.0123 → `2e-2`. */
function roundedUp(value: number): string {
  const [digits, exponent] = value.toExponential().split("e");
  return Number(`${Math.ceil(Number(digits))}e${exponent}`).toExponential().replace("e+0", "");
}
