/** Findings as text for people, 80 columns wide. */

import { wrap } from "../text/wrap.ts";
import type { Finding } from "./finding.ts";

const WIDTH = 80;
const INDENT = "    ";

/** @param chart as the user knows it: its path */
export function printFindings(chart: string, findings: readonly Finding[]): string {
  return [chart, ...findings.flatMap(printFinding)].join("\n");
}

function printFinding({ id, severity, object, path, file, message, fix }: Finding): string[] {
  const words = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(" ");
  const [first, ...more] = wrap(words(severity, id, file), WIDTH - INDENT.length);
  const body = [words(object, path), message, ...(fix === undefined ? [] : [`fix: ${fix}`])]
    .filter((text) => text !== "")
    .flatMap((text) => wrap(text, WIDTH - INDENT.length));
  return [`  ${first}`, ...[...more, ...body].map((line) => INDENT + line)];
}
