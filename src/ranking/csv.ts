/** Comma-separated values: https://www.rfc-editor.org/rfc/rfc4180, with the line of each row. */

export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvProblem {
  readonly line: number;
  readonly what: string;
}

/** Empty lines are no rows. */
export function parseCsv(text: string): CsvRow[] | CsvProblem {
  const rows: CsvRow[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const first = line;
    const cells: string[] = [];
    let end: string;
    do {
      const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
      if (cell === undefined) return { line: first, what: "a quote in the row is not closed" };
      cells.push(cell.text.trim());
      line += cell.text.split("\n").length - 1;
      end = text[cell.end] ?? "";
      if (end !== "" && !/[,\r\n]/.test(end)) {
        return { line: first, what: "something other than a comma follows a quoted cell" };
      }
      at = cell.end + (text.startsWith("\r\n", cell.end) ? 2 : 1);
    } while (end === ",");
    line++;
    if (cells.length > 1 || cells[0] !== "") rows.push({ line: first, cells });
  }
  return rows;
}

interface Cell {
  readonly text: string;
  /** Where the comma or the line's end stands. */
  readonly end: number;
}

function plainCell(text: string, start: number): Cell {
  const separator = /[,\r\n]/g;
  separator.lastIndex = start;
  const end = separator.exec(text)?.index ?? text.length;
  return { text: text.slice(start, end), end };
}

/** A quote within is written twice. */
function quotedCell(text: string, start: number): Cell | undefined {
  let close = text.indexOf('"', start + 1);
  while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  if (close === -1) return undefined;
  const end = close + 1 + /^[ \t]*/.exec(text.slice(close + 1, close + 100))![0].length;
  return { text: text.slice(start + 1, close).replaceAll('""', '"'), end };
}
