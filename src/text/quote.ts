/** Words quoted for a POSIX shell, so that printed commands can be pasted. */

export function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

export function quoteCommand(
  program: string,
  args: readonly string[],
  { env = {}, envFiles = {} }: {
    readonly env?: Readonly<Record<string, string>> | undefined;
    readonly envFiles?: Readonly<Record<string, string>> | undefined;
  } = {},
): string {
  const settings = [
    ...Object.entries(env).map(([name, value]) => `${name}=${quoteWord(value)}`),
    ...Object.entries(envFiles).map(([name, path]) => `${name}="$(cat ${quoteWord(path)})"`),
  ];
  return [...settings, ...[program, ...args].map(quoteWord)].join(" ");
}
