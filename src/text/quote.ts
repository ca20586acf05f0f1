/** Words quoted for a POSIX shell, so that printed commands can be pasted. */

export function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export function quoteCommand(program: string, args: readonly string[]): string {
  return [program, ...args].map(quoteWord).join(" ");
}
