/** Settings as a verb gets them, from the words of flags. */

import { type Loaded, loadSettings } from "../../src/config/load.ts";
import type { Options, Settings } from "../../src/config/option.ts";
import { type Config, configOptions } from "../../src/config/schema.ts";
import { fromFlags, type Given } from "../../src/config/sources.ts";
import { UserError } from "../../src/errors.ts";

/** The words of a flag; one word may stand for a list of one. */
export type Flags = Readonly<Record<string, string | readonly string[]>>;

export interface WholeSettings<O extends Options> extends Loaded<O> {
  readonly settings: Settings<O>;
}

/** @throws UserError with every problem */
export function settingsFrom<O extends Options>(
  options: O,
  sources: readonly Given[],
): WholeSettings<O> {
  const loaded = loadSettings({ options, sources });
  if (loaded.problems.length > 0) throw new UserError(loaded.problems);
  return loaded as WholeSettings<O>;
}

export function givenFlags(options: Options, flags: Flags): Given {
  const words = Object.entries(flags).map(([key, word]) => ({
    key,
    words: typeof word === "string" ? [word] : word,
  }));
  return fromFlags(options, words);
}

export function configFrom(flags: Flags): Config {
  const given = givenFlags(configOptions, { model_name: "m", ...flags });
  return settingsFrom(configOptions, [given]).settings as Config;
}

/** As an option would be called that nobody gave. */
export function byFlag(key: string): string {
  return `--${key.replaceAll("_", "-")}`;
}
