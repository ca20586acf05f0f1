/** What a check of a machine or a cluster has found. */

import type { ToolError } from "../errors.ts";
import { summarize } from "./sentence.ts";

export interface Diagnosis {
  readonly part: "machine" | "cluster" | "gpus";
  readonly state: "ok" | "warning" | "error";
  readonly what: string;
  readonly hint?: string;
}

/** A tool that said no, in one sentence. */
export function problemOf(
  { message, details: { output, hint } }: ToolError,
): Pick<Diagnosis, "what" | "hint"> {
  const what = output ? `${message}: ${summarize(output).sentence}` : message;
  return { what, ...hintOf(hint) };
}

export function hintOf(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}
