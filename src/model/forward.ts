/** What a TorchScript module's `forward` takes and returns, read from the Python that its file holds. */

export interface Forward {
  /** Without `self`. */
  readonly takes: readonly Argument[];
  /** As it is written there: `Tuple[Tensor, Tensor]`. */
  readonly returns: string;
}

export interface Argument {
  readonly name: string;
  /** As it is written there: `Optional[Tensor]`. */
  readonly type: string;
  readonly hasDefault: boolean;
}

export interface ClassName {
  /** `__torch__.models.vad`, which stands in `code/__torch__/models/vad.py`. */
  readonly module: string;
  readonly name: string;
}

/**
 * The module's class: the first that its pickle names. `\x80\x02` is the protocol, `c` takes a class
 * by two lines: https://docs.python.org/3/library/pickletools.html
 */
export function classOf(pickle: Uint8Array): ClassName | undefined {
  if (pickle[0] !== 0x80 || pickle[1] !== 2) return undefined;
  const text = new TextDecoder().decode(pickle.subarray(2, 4096));
  const [, module, name] = /^c(__torch__[\w.]*)\n(\w+)\n/.exec(text) ?? [];
  return module !== undefined && name !== undefined ? { module, name } : undefined;
}

/**
 * @param source as torch writes it: two spaces a level, every argument with its type
 * @returns undefined where it is written in another way
 */
export function forwardIn(source: string, className: string): Forward | undefined {
  const start = new RegExp(`^class ${className}\\b.*:$`, "m").exec(source);
  if (start === null) return undefined;
  const rest = source.slice(start.index + start[0].length);
  const next = rest.search(/^\S/m);
  const body = next < 0 ? rest : rest.slice(0, next);
  const method = /^ {2}def forward\(/m.exec(body);
  if (method === null) return undefined;
  const declared = body.slice(method.index + method[0].length);
  const end = endOf(declared, ")");
  const returns = /^\) -> (.+):$/m.exec(declared.slice(end))?.[1];
  const words = splitOutside(declared.slice(0, end), ",").slice(1).map(argumentFrom);
  const takes = words.filter((argument) => argument !== undefined);
  return returns === undefined || takes.length < words.length ? undefined : { takes, returns };
}

function argumentFrom(text: string): Argument | undefined {
  const [, name, rest] = /^\s*(\w+): (.+)$/s.exec(text) ?? [];
  if (name === undefined || rest === undefined) return undefined;
  const [type, ...defaults] = splitOutside(rest, "=");
  return { name, type: type!.trim(), hasDefault: defaults.length > 0 };
}

/** At the separators that stand outside of brackets and quotes. */
export function splitOutside(text: string, separator: "," | "="): string[] {
  const parts: string[] = [];
  for (let from = 0; from <= text.length;) {
    const end = endOf(text, separator, from);
    parts.push(text.slice(from, end));
    from = end + 1;
  }
  return parts;
}

const OPENING = "([{";
const CLOSING = ")]}";

/** Where the sign stands outside of brackets and quotes; the whole length where it does not. */
function endOf(text: string, sign: string, from = 0): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (depth === 0 && char === sign) return at;
    if (OPENING.includes(char)) depth++;
    if (CLOSING.includes(char)) depth--;
    if (char === '"' || char === "'") {
      for (at++; at < text.length && text[at] !== char; at++) if (text[at] === "\\") at++;
    }
  }
  return text.length;
}
