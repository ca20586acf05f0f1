/** Which tool builds and pushes: the one that is named, else the first that works here. */

import { type BuilderName, BUILDERS } from "../config/image_options.ts";
import { ToolError } from "../errors.ts";
import { builders } from "../image/builders.ts";
import { lastLines } from "../text/clean.ts";
import type { World } from "../world.ts";

/** @throws ToolError with what each of them says when none works */
export async function firstBuilder(world: World): Promise<BuilderName> {
  const refusals: ToolError[] = [];
  for (const name of BUILDERS) {
    try {
      await world.exec(builders[name].probe);
      return name;
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      refusals.push(error);
    }
  }
  // The first that is there and does not work is the one to mend.
  const mend = refusals.find(({ details }) => details.output !== undefined)?.details.hint;
  throw new ToolError("no tool that builds images works here", {
    output: refusals.map(({ message, details }) => lastLines(details.output ?? message, 1)).join(
      "\n",
    ),
    hint: mend ?? "install Docker, Podman or Buildah",
  });
}

/** For a command that is only shown. */
export async function shownBuilder(world: World): Promise<BuilderName> {
  try {
    return await firstBuilder(world);
  } catch (error) {
    if (error instanceof ToolError) return BUILDERS[0];
    throw error;
  }
}
