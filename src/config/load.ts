/** Defaults < YAML < flags → frozen settings, and every problem in them. */

import * as v from "valibot";
import type { Problem } from "../errors.ts";
import { kebabCase } from "../text/case.ts";
import { didYouMean } from "../text/suggest.ts";
import { issueText, unknownKey } from "./issue.ts";
import { keysOfValue, type Options, type Settings } from "./option.ts";
import { checkRules } from "./rules.ts";
import type { Given } from "./sources.ts";

export interface LoadRequest<O extends Options> {
  readonly options: O;
  /** Lowest precedence first. */
  readonly sources: readonly Given[];
  readonly required?: readonly (keyof O & string)[];
}

/** The flag or the line that gave an option, or the flag that could. */
export type Where = (key: string) => string;

export interface Loaded<O extends Options> {
  /** Whole when there are no problems; what could not be read is left out. */
  readonly settings: Partial<Settings<O>>;
  readonly where: Where;
  readonly problems: readonly Problem[];
}

export function loadSettings<O extends Options>(request: LoadRequest<O>): Loaded<O> {
  const { options, sources, required = [] } = request;
  const problems: Problem[] = sources.flatMap((source) => source.problems);
  const settings: Record<string, unknown> = {};
  // What a broken file does not say may stand in it.
  const unread = sources.some(({ values, problems }) => values.size === 0 && problems.length > 0);
  const origins = new Map<string, string>();
  for (const [key, option] of Object.entries(options)) {
    const given = sources.findLast((source) => source.values.has(key))?.values.get(key);
    const where = given?.where ?? `--${kebabCase(key)}`;
    if (given) origins.set(key, where);
    const result = v.safeParse(option.schema, given?.value, { abortPipeEarly: true });
    if (result.success) settings[key] = result.output;
    else {
      const found = result.issues.map((issue): Problem => {
        const unknown = unknownKey(issue);
        const hint = unknown && didYouMean(unknown, keysOfValue(option) ?? []);
        return { where, what: issueText(issue), ...(hint ? { hint } : {}) };
      });
      const last = found.at(-1)!;
      problems.push(...found.slice(0, -1), { ...last, hint: last.hint ?? given?.hint });
    }
    if (!unread && required.includes(key) && given === undefined && !mentioned(problems, key)) {
      problems.push({
        where,
        what: "is required",
        hint: `give \`--${
          kebabCase(key)
        } ${option.placeholder}\`, or \`${key}\` in the file of --config-path`,
      });
    }
  }
  const where: Where = (key) => origins.get(key) ?? `--${kebabCase(key)}`;
  problems.push(...checkRules({ settings, where, given: (key) => origins.has(key) }));
  return { settings: Object.freeze(settings) as Partial<Settings<O>>, where, problems };
}

function mentioned(problems: readonly Problem[], key: string): boolean {
  return problems.some((p) => p.where === `--${kebabCase(key)}` || p.where?.endsWith(` ${key}`));
}
