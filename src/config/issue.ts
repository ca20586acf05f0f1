/** What a schema finds wrong with a value, in words for the user. */

import type * as v from "valibot";
import { carriesSecret, redactUri } from "../text/clean.ts";

/** `inputs[1].dtype must be one of …, not "flaot32"` without the option's own name. */
export function issueText(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map((item) =>
    typeof item.key === "number" ? `[${item.key}]` : `.${String(item.key)}`
  ).join("").replace(/^\./, "");
  if (issue.type === "strict_object" && issue.expected === "never") return `has no \`${path}\``;
  if (issue.type === "strict_object" && issue.received === "undefined") return `needs \`${path}\``;
  return `${path ? `\`${path}\` ` : ""}${issue.message}${shown(issue.input)}`;
}

/** A key of the value itself, not of something in it, that the schema does not know. */
export function unknownKey({ type, expected, path }: v.BaseIssue<unknown>): string | undefined {
  const [only, ...more] = path ?? [];
  const isUnknown = type === "strict_object" && expected === "never" && more.length === 0;
  return isUnknown ? String(only?.key) : undefined;
}

function shown(input: unknown): string {
  if (typeof input === "string") {
    return `, not ${JSON.stringify(carriesSecret(input) ? redactUri(input) : input)}`;
  }
  // A larger one is no longer what was typed.
  const isExact = typeof input === "number" && Math.abs(input) <= Number.MAX_SAFE_INTEGER;
  return isExact || typeof input === "boolean" ? `, not ${input}` : "";
}
