/** Options → JSON Schema, draft-07: for the charts' values and for editors of the YAML file. */

import { toJsonSchema } from "@valibot/to-json-schema";
import type { Option, Options, Syntax } from "./option.ts";

export type Json = Readonly<Record<string, unknown>>;

/** The value of an option in its structured form. */
export function valueSchema({ schema, description }: Option): Json {
  const { $schema: _, ...json } = toJsonSchema(schema as never, {
    errorMode: "ignore",
    typeMode: "input",
    overrideAction: ({ valibotAction, jsonSchema }) => {
      if (!("requirement" in valibotAction)) return;
      if (valibotAction.requirement !== Number.MAX_SAFE_INTEGER) return;
      const { maximum: _, ...unbounded } = jsonSchema;
      return unbounded;
    },
  });
  return { description, ...json };
}

/** The file of --config-path: nothing is required, since flags may give it too. */
export function fileSchema(options: Options): Json {
  const keys = Object.entries(options).filter(([, option]) => !option.flagOnly);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Configuration of helm-navigator",
    description: "The YAML file that --config-path names. Flags win over it.",
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(keys.map(([key, option]) => [key, fileOption(option)])),
  };
}

function fileOption(option: Option): Json {
  const { description, default: fallback, ...value } = valueSchema(option);
  return {
    description,
    ...(fallback === undefined ? {} : { default: fallback }),
    ...forms(option.syntax, value as Schema),
  };
}

/** The keywords of a structured value that its other forms depend on. */
interface Schema extends Json {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

/** All that yaml_source.ts reads: the structure, a list of the flag's words, and its whole text. */
function forms(syntax: Syntax, value: Schema): Json {
  switch (syntax) {
    case "integer":
    case "number":
    case "boolean":
      return value;
    case "text":
      // Unquoted, 22.10 is a number to the editor.
      return value.enum ? value : { ...value, type: ["string", "number"] };
    case "texts":
    case "integers": {
      const item = value.items!;
      const word = textOf(item);
      return { anyOf: [{ ...value, items: wordForm(item, word) }, item, wordsForm(word)] };
    }
    case "tensors": {
      const { name, ...rest } = value.items!.properties!;
      const named = { ...value.items, properties: rest, required: Object.keys(rest) };
      const word = `:${textOf(rest.shape!)}:${textOf(rest.dtype!)}`;
      return {
        anyOf: [
          value,
          { type: "object", propertyNames: name, additionalProperties: named, minProperties: 1 },
          listForm(wordForm(value.items!, `.+${word}`)),
          wordsForm(`\\S+${word}`),
        ],
      };
    }
    default:
      return mapForms(value, syntax === "shapes");
  }
}

/** @param named no value may stand there without a name */
function mapForms(value: Schema, named: boolean): Json {
  const { properties, additionalProperties: any } = value;
  const entry = properties ? Object.values(properties)[0]! : any!;
  const names = Object.keys(properties ?? {});
  const keys = properties && `(${names.join("|")})=`;
  const prefix = (name: string) => keys ?? (named ? `${name}=` : `(${name}=)?`);
  const map = properties
    ? { ...value, properties: Object.fromEntries(names.map((name) => [name, entryForm(entry)])) }
    : { ...value, additionalProperties: entryForm(entry) };
  const word = wordForm(entry, prefix(".+") + textOf(entry));
  const text = wordsForm(prefix("\\S+") + textOf(entry));
  const alone = isNumeric(entry) && !named && !keys ? [entry] : [];
  return { anyOf: [map, listForm(word), ...alone, text] };
}

/** The value of a map's entry: itself, or its text. */
function entryForm(entry: Schema): Json {
  const text = wordForm(entry, textOf(entry));
  if (entry.type !== "array") return entry.enum ? entry : text;
  return { anyOf: [entry, ...(entry.maxItems === undefined ? [entry.items] : []), text] };
}

function listForm(items: Json): Json {
  return { type: "array", items, minItems: 1 };
}

/** One word; to the editor, that of a number is a number. */
function wordForm(value: Schema, pattern: string): Json {
  if (value.enum && pattern === textOf(value)) return value;
  return isNumeric(value)
    ? { ...value, type: [value.type, "string"], pattern: `^${pattern}$` }
    : { type: "string", pattern: `^${pattern}$` };
}

/** The flag's own text: words with spaces between them. */
function wordsForm(word: string): Json {
  return { type: "string", pattern: `^\\s*${word}(\\s+${word})*\\s*$` };
}

/** A pattern of the text that microsyntax.ts reads as such a value. */
function textOf({ type, enum: choices, items, maxItems }: Schema): string {
  if (choices) return `(${choices.join("|")})`;
  if (type === "integer") return "[-+]?\\d+";
  if (type === "number") return "[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?";
  if (type !== "array") return "\\S+";
  const item = textOf(items!);
  return maxItems === undefined ? `(${item}(,${item})*)?` : `${item}(,${item}){${maxItems - 1}}`;
}

function isNumeric({ type }: Schema): boolean {
  return type === "integer" || type === "number";
}
