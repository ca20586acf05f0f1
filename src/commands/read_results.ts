/** The files of --results → what was measured of each configuration. */

import type { Where } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import type { Problem } from "../errors.ts";
import { readTables } from "../ranking/analyzer_table.ts";
import type { TableFile } from "../ranking/table_file.ts";
import type { Candidate } from "../ranking/candidate.ts";
import { askedMetrics, type Goal } from "../ranking/rank.ts";
import type { Files } from "../world.ts";
import { readReport } from "./read_report.ts";
import { readUtf8 } from "./read_utf8.ts";
import { realKind } from "./real_place.ts";

/** A table of a hundred thousand rows has a third of it. */
const MAX_BYTES = 16 * 1024 * 1024;

export interface Results {
  readonly candidates: readonly Candidate[];
  readonly problems: readonly Problem[];
}

export async function readResults(
  config: Config,
  { goal, where }: { readonly goal: Goal; readonly where: Where },
  files: Files,
): Promise<Results> {
  const problems: Problem[] = [];
  const tables: TableFile[] = [];
  const reported: Candidate[] = [];
  for (const file of new Set(config.results)) {
    const text = await readResult(file, files);
    if (typeof text !== "string") {
      problems.push({ where: where("results"), ...text });
    } else if (/^\s*[{[]/.test(text)) {
      const found = readReport(text, { file, model: config.model_name });
      if ("what" in found) problems.push({ where: file, ...found });
      else reported.push(found);
    } else tables.push({ file, text });
  }
  const request = { model: config.model_name, asked: askedMetrics(goal) };
  const read = readTables(tables, request);
  problems.push(...read.problems);
  const candidates = [...read.candidates, ...merged(reported)];
  if (problems.length === 0 && candidates.length === 0) {
    problems.push({
      where: where("model_name"),
      what: `nothing was measured of \`${config.model_name}\`, but of ${
        read.otherModels.join(", ")
      }`,
      hint: "give the model the name that it had in the measurements",
    });
  }
  return { candidates, problems };
}

async function readResult(
  path: string,
  files: Files,
): Promise<string | Pick<Problem, "what" | "hint">> {
  const kind = await realKind(path, files);
  if (kind !== "file") {
    const what = kind === undefined ? "is not there" : "is no file";
    return { what: `\`${path}\` ${what}`, hint: "give a table or a report" };
  }
  try {
    const text = await readUtf8(path, MAX_BYTES, files);
    if (text === undefined) {
      return { what: `\`${path}\` is larger than ${MAX_BYTES / 1024 / 1024} MiB` };
    }
    return text.includes("\0") ? { what: `\`${path}\` is no text: it holds zero bytes` } : text;
  } catch (error) {
    return { what: `cannot read \`${path}\`: ${(error as Error).message}` };
  }
}

/** Several tests of the same configuration are more measurements of it. */
function merged(candidates: readonly Candidate[]): readonly Candidate[] {
  const groups = Map.groupBy(candidates, ({ name, origin }) => JSON.stringify([name, origin]));
  return [...groups.values()].map(([first, ...others]) => ({
    ...first!,
    measurements: [first!, ...others].flatMap(({ measurements }) => measurements),
  }));
}
