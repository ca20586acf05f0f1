/** Reads protobuf text format: https://protobuf.dev/reference/protobuf/textformat-spec/ */

import type { Fields, FieldValue } from "./fields.ts";
import { PbtxtError, type Token, tokenize, unescape } from "./pbtxt_tokens.ts";

/** No configuration is nested as deep; a hostile one may be. */
const MAX_DEPTH = 64;

/** It may hold fields that we do not know. @throws PbtxtError where it is no text format at all */
export function parsePbtxt(text: string): Fields {
  const tokens = tokenize(text);
  let at = 0;
  const peek = () => tokens[at]!;
  const take = () => tokens[at + 1] === undefined ? peek() : tokens[at++]!;
  const takeIf = (...signs: string[]) => isSign(peek(), signs) ? take() : undefined;
  const fail = (what: string, { text, kind, line }: Token): never => {
    throw new PbtxtError(
      `${what}, not ${kind === "end" ? "the end" : `\`${text.slice(0, 40)}\``}`,
      line,
    );
  };

  function fields(depth: number, close: string | undefined): Fields {
    if (depth > MAX_DEPTH) throw new PbtxtError("is nested too deeply", peek().line);
    const found = new Map<string, FieldValue[]>();
    while (close === undefined ? peek().kind !== "end" : !takeIf(close)) {
      const name = fieldName();
      const values = found.get(name) ?? [];
      found.set(name, values);
      const colon = takeIf(":");
      if (!colon && !isSign(peek(), ["{", "<", "["])) {
        fail("`:` or `{` must follow a field", peek());
      }
      value(values, depth);
      takeIf(",", ";");
    }
    return found;
  }

  function fieldName(): string {
    if (takeIf("[")) {
      let name = "";
      while (!takeIf("]")) {
        if (peek().kind === "end") fail("an extension's name must end in `]`", peek());
        name += take().text;
      }
      return `[${name}]`;
    }
    return peek().kind === "word" ? take().text : fail("a field's name must stand here", peek());
  }

  function value(into: FieldValue[], depth: number): void {
    if (!takeIf("[")) return void into.push(single(depth));
    if (takeIf("]")) return;
    do into.push(single(depth)); while (takeIf(","));
    if (!takeIf("]")) fail("a list must end in `]`", peek());
  }

  function single(depth: number): FieldValue {
    const open = takeIf("{", "<");
    if (open) return fields(depth + 1, open.text === "{" ? "}" : ">");
    if (peek().kind === "string") {
      // Neighbours are one string.
      const bytes: number[] = [];
      while (peek().kind === "string") bytes.push(...unescape(take()));
      return new TextDecoder().decode(new Uint8Array(bytes));
    }
    const negative = takeIf("-") !== undefined;
    const token = take();
    if (token.kind !== "word") fail("a value must stand here", token);
    return scalar(token.text, negative);
  }

  return fields(0, undefined);
}

function isSign({ kind, text }: Token, signs: readonly string[]): boolean {
  return kind === "sign" && signs.includes(text);
}

function scalar(word: string, negative: boolean): FieldValue {
  if (!negative && (word === "true" || word === "false")) return word === "true";
  const number = /^0[0-7]+$/.test(word)
    ? parseInt(word, 8)
    : /^(0x[\da-f]+|(\d+\.?\d*|\.\d+)(e[-+]?\d+)?f?)$/i.test(word)
    ? Number(/^0x/i.test(word) ? word : word.replace(/f$/i, ""))
    : undefined;
  if (number === undefined) return negative ? `-${word}` : word;
  return negative ? -number : number;
}
