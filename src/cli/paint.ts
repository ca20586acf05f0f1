/** Colours, or none. */

export function paint(colour: boolean): { red: Paint; yellow: Paint; cyan: Paint; bold: Paint } {
  const code = (n: number): Paint => (text) => colour ? `\x1b[${n}m${text}\x1b[0m` : text;
  return { red: code(31), yellow: code(33), cyan: code(36), bold: code(1) };
}

type Paint = (text: string) => string;
