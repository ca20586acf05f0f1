/** completion: the script that makes a shell ask this program for completions. */

import { UserError } from "../errors.ts";
import { didYouMean } from "../text/suggest.ts";
import type { World } from "../world.ts";
import type { completionOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

export function completion(
  { words: [shell] }: Invocation<typeof completionOptions>,
  world: World,
): Promise<void> {
  const scripts = world.templates.read("completion");
  const script = scripts.get(`helm-navigator.${shell}`);
  if (script === undefined) {
    const shells = [...scripts.keys()].map((name) => name.replace("helm-navigator.", ""));
    throw new UserError({
      what: shell === undefined ? "say for which shell" : `there is no script for \`${shell}\``,
      hint: didYouMean(shell ?? "", shells) ?? `one of ${shells.join(", ")}`,
    });
  }
  world.streams.out(script.trimEnd());
  return Promise.resolve();
}
