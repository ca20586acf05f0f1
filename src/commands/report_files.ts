/** The files that `test` leaves: the report for programs, for spreadsheets and for people. */

import { join } from "node:path";
import { ToolError } from "../errors.ts";
import type { Report } from "../tester/report.ts";
import { systemReason } from "../text/clean.ts";
import type { World } from "../world.ts";

const REPORTS = "navigator_workspace/reports";

export function reportFolder(given: string | undefined, release: string): string {
  return given ?? join(REPORTS, release);
}

/** Asked before the test, which takes minutes. */
export async function makeReportFolder(folder: string, world: World): Promise<void> {
  await orSay(folder, world.files.makeDirectory(folder));
}

/** Each file is replaced in one step; the page comes last, when the others are there. */
export async function writeReport(report: Report, folder: string, world: World): Promise<void> {
  const { printCsv } = await import("../tester/report_csv.ts");
  const { printHtml } = await import("../tester/report_html.ts");
  const page = join(folder, "report.html");
  const files = {
    [join(folder, "report.json")]: `${JSON.stringify(report, null, 2)}\n`,
    [join(folder, "report.csv")]: printCsv(report),
    [page]: printHtml(report, world.templates.read("report")),
  };
  for (const [path, text] of Object.entries(files)) {
    await orSay(folder, world.files.writeText(path, text));
  }
  world.streams.err(`report: ${page}`);
}

async function orSay(folder: string, deed: Promise<void>): Promise<void> {
  try {
    await deed;
  } catch (error) {
    throw new ToolError(`cannot write the report to ${folder}: ${systemReason(error)}`, {
      hint: "name another folder with --report",
    });
  }
}
