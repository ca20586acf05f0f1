/** What a verb is: its flags, its words, its help, and where its deed lies. */

import type { Where } from "../config/load.ts";
import type { Options, Reader, Settings } from "../config/option.ts";
import type { Problem } from "../errors.ts";
import type { World } from "../world.ts";

export interface Invocation<O extends Options> {
  readonly settings: Settings<O>;
  /** The words that are no flags. */
  readonly words: readonly string[];
  /** What stood after `--`. */
  readonly rest: readonly string[];
  /** Where an option was given, for what is found out later. */
  readonly where: Where;
}

export type Deed<O extends Options> = (
  invocation: Invocation<O>,
  world: World,
) => Promise<void>;

/** Finds what is wrong beyond the words; a value that could not be read is undefined here. */
export type Examination<O extends Options> = (
  settings: Partial<Settings<O>>,
  where: Where,
  world: World,
) => Promise<readonly Problem[]>;

export interface Verb<O extends Options = Options> {
  readonly name: string;
  readonly alias?: string;
  readonly summary: string;
  /** The words after the verb, as usage shows them: `[RELEASE] [CHART]`; `…` is any number. */
  readonly words: readonly string[];
  readonly examples: readonly string[];
  readonly options: O;
  readonly required?: readonly (keyof O & string)[];
  /** What is wrong beyond single options; a value that could not be read is undefined here. */
  check?(settings: Partial<Settings<O>>, where: Where): readonly Problem[];
  /** The same, where files have to be looked at. */
  examine?(): Promise<Examination<O>>;
  /** The tool that gets what stands after `--`. */
  readonly passesOn?: string;
  /** Runs in a pod as this part, and not at a user's terminal. */
  readonly reader?: Reader;
  /** Imported only when the verb is called, so that the others start fast. */
  load(): Promise<Deed<O>>;
}

export function verb<O extends Options>(description: Verb<O>): Verb {
  return description as unknown as Verb;
}
