/** The report in the tester's log: written as a table and as JSON, and cut out of it again. */

import * as v from "valibot";
import { type Report, reportSchema } from "./report.ts";
import { printReport } from "./result_table.ts";

const BEGIN = "-----BEGIN NAVIGATOR REPORT-----";
const END = "-----END NAVIGATOR REPORT-----";

/** The table for people, and below it the whole report for `extractReport`. */
export function printLogged(report: Report): string {
  return [printReport(report), "", BEGIN, JSON.stringify(report), END].join("\n");
}

/** The last whole report in a log, whatever stands before its lines, or undefined. */
export function extractReport(log: string): Report | undefined {
  const blocks = log.split(BEGIN).slice(1).filter((block) => block.includes(END)).reverse();
  for (const block of blocks) {
    const lines = block.slice(0, block.indexOf(END)).split(/\r?\n/);
    for (const line of lines) {
      const report = parseReport(line.slice(line.indexOf("{")));
      if (report) return report;
    }
  }
  return undefined;
}

function parseReport(text: string): Report | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), reportSchema), text);
  return result.success ? result.output : undefined;
}
