/** Prints a tree as protobuf text format: https://protobuf.dev/reference/protobuf/textformat-spec/ */

/** An enum's name, which stands without quotes. */
export interface PbSymbol {
  readonly symbol: string;
}

/** Fields in the order in which they are printed; one that is undefined is left out. */
export type PbMessage = readonly (readonly [field: string, value: PbValue | undefined])[];

export type PbScalar = string | number | boolean | PbSymbol;

export type PbValue =
  | PbScalar
  | { readonly list: readonly PbScalar[] }
  | { readonly message: PbMessage }
  | { readonly messages: readonly PbMessage[] };

export function symbol(name: string): PbSymbol {
  return { symbol: name };
}

export function printPbtxt(message: PbMessage): string {
  return `${lines(message, "").join("\n")}\n`;
}

function lines(message: PbMessage, indent: string): string[] {
  return message.flatMap(([field, value]) => {
    if (value === undefined) return [];
    if (typeof value === "object" && "message" in value) return block(field, value.message, indent);
    if (typeof value === "object" && "messages" in value) {
      return value.messages.flatMap((one) => block(field, one, indent));
    }
    if (typeof value === "object" && "list" in value) {
      return [`${indent}${field}: [${value.list.map(printScalar).join(", ")}]`];
    }
    return [`${indent}${field}: ${printScalar(value)}`];
  });
}

function block(field: string, message: PbMessage, indent: string): string[] {
  const inner = lines(message, `${indent}  `);
  return inner.length === 0
    ? [`${indent}${field} {}`]
    : [`${indent}${field} {`, ...inner, `${indent}}`];
}

function printScalar(value: PbScalar): string {
  if (typeof value === "string") return quote(value);
  return typeof value === "object" ? value.symbol : String(value);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  '"': '\\"',
  "\\": "\\\\",
};

/** As C writes it: what is not printable ASCII becomes the octal escapes of its UTF-8 bytes. */
function quote(text: string): string {
  const inner = text.replace(/[^\x20-\x7e]|["\\]/gu, (character) =>
    ESCAPES[character] ??
      [...new TextEncoder().encode(character)]
        .map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
        .join(""));
  return `"${inner}"`;
}
