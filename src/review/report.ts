/** Findings as text for people, 80 columns wide. */

import { wrapWords } from "../text/wrap.ts";
import type { Finding } from "./finding.ts";

const WIDTH = 80;
const INDENT = "    ";

/** @param chart as the user knows it: its path */
export function printFindings(chart: string, findings: readonly Finding[]): string {
  return [chart, ...findings.flatMap(printFinding)].join("\n");
}

function printFinding({ id, severity, object, path, file, message, fix }: Finding): string[] {
  const [first, ...more] = fill(join(severity, id, file));
  const body = [join(object, path), message, ...(fix === undefined ? [] : [`fix: ${fix}`])]
    .filter((text) => text !== "")
    .flatMap(fill);
  return [`  ${first}`, ...[...more, ...body].map((line) => INDENT + line)];
}

function join(...parts: (string | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
}

function fill(text: string): string[] {
  return wrapWords(text.split(" "), WIDTH - INDENT.length);
}
