/** Words quoted for a POSIX shell, so that printed commands can be pasted. */

export function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export function quoteCommand(
  program: string,
  args: readonly string[],
  { env = {} }: { readonly env?: Readonly<Record<string, string>> } = {},
): string {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${quoteWord(value)}`);
  return [...settings, ...[program, ...args].map(quoteWord)].join(" ");
}
