/** The words, texts and signs of protobuf text format. */

export class PbtxtError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

export interface Token {
  readonly kind: "word" | "string" | "sign" | "end";
  readonly text: string;
  readonly line: number;
}

const TOKENS =
  /([ \t\r\n\f\v]+|#[^\n]*)|("(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')|([A-Za-z_][\w]*|(?:\d[\d.]*|\.\d+)(?:[eE][-+]?\d+)?[\w.]*)|([[\]{}<>:;,\-./])/y;

export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKENS);
  let line = 1;
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const [whole, space, string, word, sign] = pattern.exec(text) ?? [];
    if (whole === undefined) {
      const shown = JSON.stringify(text.slice(start, start + 1));
      throw new PbtxtError(`cannot be read as protobuf text from ${shown} on`, line);
    }
    if (space === undefined) {
      const kind = string ? "string" : word ? "word" : "sign";
      tokens.push({ kind, text: (string ?? word ?? sign)!, line });
    }
    line += whole.split("\n").length - 1;
  }
  return [...tokens, { kind: "end", text: "", line }];
}

const ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

/** UTF-8 bytes: octal and hexadecimal escapes are single ones of them. */
export function unescape({ text }: Token): number[] {
  const encoder = new TextEncoder();
  const parts = text.slice(1, -1).matchAll(
    /\\([0-7]{1,3})|\\x([\da-fA-F]{1,2})|\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})|\\([^])|([^\\]+)/g,
  );
  return [...parts].flatMap(([, octal, hex, short, long, letter, plain]) => {
    if (octal !== undefined) return [parseInt(octal, 8) & 255];
    if (hex !== undefined) return [parseInt(hex, 16)];
    const point = short ?? long;
    if (point !== undefined) {
      const code = parseInt(point, 16);
      return [...encoder.encode(code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code))];
    }
    return ESCAPES[letter!] === undefined
      ? [...encoder.encode(letter ?? plain)]
      : [ESCAPES[letter!]!];
  });
}
