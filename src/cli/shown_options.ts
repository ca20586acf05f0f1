/** The options of a verb that help and completion show. */

import type { Verb } from "../commands/verb.ts";
import type { Option } from "../config/option.ts";
import { configOptions } from "../config/schema.ts";
import { commonOptions } from "../config/verb_options.ts";

export type ShownOptions = readonly (readonly [key: string, option: Option])[];

export function shownOptions(verb: Verb): ShownOptions {
  return Object.entries(verb.options).filter(([key, option]) => !isForOthers(key, option, verb));
}

/** The file of a part in the cluster may hold every option; that part reads only some of them. */
function isForOthers(key: string, option: Option, { reader }: Verb): boolean {
  if (reader === undefined || option.env || !isOfFile(key)) return false;
  return !option.readers?.includes(reader);
}

/** An option of the YAML file in a verb that reads it too: `create` explains it. */
export function isOfCreate(key: string, option: Option, verb: Verb): boolean {
  const reads = verb.name !== "create" && "config_path" in verb.options;
  return reads && isOfFile(key) && !option.env && !verb.required?.includes(key);
}

function isOfFile(key: string): boolean {
  return key in configOptions && !(key in commonOptions);
}
