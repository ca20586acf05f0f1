/** The reason of a failure in few bytes, for the pod's termination message. */

import { ToolError, UserError } from "../errors.ts";
import { cleanLine, cleanText, lastLines } from "../text/clean.ts";

/**
 * The chart's terminationMessagePath. Not Kubernetes' default in /dev: Deno writes there only with
 * every permission. https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
 */
export const TERMINATION_LOG = "/run/navigator/termination-log";
const MAX_BYTES = 4096;
const OUTPUT_LINES = 5;

/** @param secret a text that must not appear, and what stands for it */
export function lastWords(error: unknown, secret: { text: string; shown: string }): string {
  const words = linesOf(error).filter((line) => line !== undefined).join("\n");
  const safe = secret.text.startsWith("/") ? words : words.replaceAll(secret.text, secret.shown);
  return cut(cleanText(safe), MAX_BYTES);
}

function linesOf(error: unknown): (string | undefined)[] {
  const hint = (text: string | undefined) => text && `hint: ${cleanLine(text)}`;
  if (error instanceof UserError) {
    return error.problems.flatMap(({ where, what, hint: advice }) => [
      cleanLine(where ? `${where}: ${what}` : what),
      hint(advice),
    ]);
  }
  if (error instanceof ToolError) {
    const { output, hint: advice } = error.details;
    return [output && lastLines(output, OUTPUT_LINES), cleanLine(error.message), hint(advice)];
  }
  return [`a bug in helm-navigator: ${error instanceof Error ? error.message : String(error)}`];
}

/** The first bytes, cut between characters. */
function cut(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= bytes) return text;
  return new TextDecoder().decode(encoded.subarray(0, bytes)).replace(/\ufffd+$/, "");
}
