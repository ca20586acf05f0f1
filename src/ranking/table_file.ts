/** One table of Model Analyzer's: its columns, and its rows with their lines. */

import type { Problem } from "../errors.ts";
import { type CsvRow, parseCsv } from "./csv.ts";

/** Its headings beside the metrics, the same since 1.0. */
export const CONFIG = "Model Config Path";
export const GPU = "GPU UUID";

/** Its word for what was not measured. */
const NOTHING = ["", "None"];

export interface TableFile {
  readonly file: string;
  readonly text: string;
}

export interface Table {
  readonly file: string;
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

export function readTable({ file, text }: TableFile): Table | Problem {
  const known = "give Model Analyzer's metrics-model-inference.csv, or report.json of `test`";
  const rows = parseCsv(text);
  if (!Array.isArray(rows)) return { where: `${file}:${rows.line}`, what: rows.what, hint: known };
  const [header, ...others] = rows;
  if (header === undefined) return { where: file, what: "the file is empty", hint: known };
  const where = `${file}:${header.line}`;
  if (!header.cells.includes(CONFIG)) {
    return { where, what: `has no column \`${CONFIG}\``, hint: known };
  }
  const twice = header.cells.find((name, i) => header.cells.indexOf(name) !== i);
  if (twice !== undefined) {
    return { where, what: `has two columns \`${twice}\``, hint: "remove one of the two" };
  }
  if (others.length === 0) return { where, what: "the table has no rows", hint: known };
  return { file, header: header.cells, rows: others };
}

export interface Row {
  readonly where: string;
  cell(name: string): string | undefined;
}

export function* rowsOf({ file, header, rows }: Table, problems: Problem[]): Generator<Row> {
  const places = new Map(header.map((name, place) => [name, place]));
  for (const { line, cells } of rows) {
    const where = `${file}:${line}`;
    if (cells.length !== header.length) {
      problems.push({
        where,
        what: `has ${cells.length} cells, and the table has ${header.length} columns`,
        hint: "leave the row out",
      });
      continue;
    }
    const cell = (name: string) => {
      const place = places.get(name);
      const text = place === undefined ? "" : cells[place]!;
      return NOTHING.includes(text) ? undefined : text;
    };
    yield { where, cell };
  }
}
