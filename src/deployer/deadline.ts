/** The time that all steps of the deployer together may take. */

import { ToolError } from "../errors.ts";
import type { World } from "../world.ts";

export interface Deadline extends Disposable {
  /** A world in which everything ends with a ToolError once the time is up. */
  readonly world: World;
}

export function deadlineAfter(seconds: number, world: World): Deadline {
  const controller = new AbortController();
  const signal = AbortSignal.any([world.signal, controller.signal]);
  const end = () => controller.abort(tooLate(seconds));
  const timer = setTimeout(end, seconds * 1000);
  return {
    world: {
      ...world,
      signal,
      exec: (command, options) =>
        world.exec(command, {
          ...options,
          ...(options?.afterInterrupt
            ? {}
            : { signal: options?.signal ? AbortSignal.any([options.signal, signal]) : signal }),
        }),
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

function tooLate(seconds: number): ToolError {
  return new ToolError(`the deployer is not done after ${seconds} s`, {
    hint: "raise `deployer.deadlineSeconds`; the next run goes on with what was downloaded",
  });
}
