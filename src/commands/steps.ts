/** Verbs as steps of another one: what they print is for the next step, and not for the user. */

import { ToolError } from "../errors.ts";
import type { World } from "../world.ts";

export interface Steps {
  /** Runs the step; returns the lines of its result. */
  run(name: string, deed: (world: World) => Promise<void>): Promise<readonly string[]>;
  /** Says that the step is not needed. */
  skip(name: string, why: string): void;
}

export function stepsOf(names: readonly string[], world: World): Steps {
  const say = (name: string, what: string) =>
    world.streams.err(`==> ${names.indexOf(name) + 1}/${names.length} ${name}${what}`);
  return {
    skip: (name, why) => say(name, `: ${why}`),
    run: async (name, deed) => {
      say(name, "");
      const lines: string[] = [];
      const out = (text: string) => lines.push(...text.split("\n"));
      try {
        await deed({ ...world, streams: { ...world.streams, out } });
      } catch (error) {
        // What has been found out so far is worth seeing: the table of a test that failed.
        lines.forEach(world.streams.out);
        if (error instanceof ToolError) {
          world.streams.err(`stopped at ${name}: once that is mended, \`up\` goes on from there`);
        }
        throw error;
      }
      return lines;
    },
  };
}
