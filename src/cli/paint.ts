/** Colours, or none. */

type Paint = (text: string) => string;

export function paint(colour: boolean): { readonly red: Paint; readonly cyan: Paint } {
  const code = (n: number): Paint => (text) => colour ? `\x1b[${n}m${text}\x1b[0m` : text;
  return { red: code(31), cyan: code(36) };
}
