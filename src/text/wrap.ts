/** Lines broken between words. */

const WIDTH = 80;

/** Lines of at most 80 characters that begin in the given column, the first one without its indent. */
export function wrap(words: readonly string[], column: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && column + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(column)}`);
}
