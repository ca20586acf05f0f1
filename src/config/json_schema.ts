/** Options → JSON Schema, draft-07: for the charts' values and for editors of the YAML file. */

import { toJsonSchema } from "@valibot/to-json-schema";
import { hasDefaultEntry, hasUnsaidValue } from "./microsyntax.ts";
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
    properties: Object.fromEntries(
      keys.flatMap(([key, option]) =>
        [key, ...(option.alias ? [option.alias] : [])].map((name) => [name, fileOption(option)])
      ),
    ),
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
export interface Schema extends Json {
  readonly type?: string;
  readonly minimum?: number;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly items?: Schema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
}

/** All that yaml_source.ts reads: the structure, a list of the flag's words, and its whole text. */
function forms(syntax: Syntax, value: Schema): Json {
  switch (syntax) {
    case "integer":
    case "number":
    case "boolean":
      return value;
    case "text":
      return wordForm(value);
    case "texts":
    case "integers": {
      const word = wordForm(value.items!);
      return { anyOf: [{ ...value, items: word }, word, textForm(textOf(value.items!))] };
    }
    case "tensors": {
      const { name, ...rest } = value.items!.properties!;
      const entry = { ...value.items, properties: rest, required: Object.keys(rest) };
      const text = `${textOf(rest.shape!)}:${textOf(rest.dtype!)}`;
      const either = { anyOf: [entry, { type: "string", pattern: `^${text}$` }] };
      const map = { type: "object", propertyNames: name, additionalProperties: either };
      const word = `:${text}`;
      return {
        anyOf: [
          value,
          { ...map, minProperties: 1 },
          listForm({ type: "string", pattern: `^.+${word}$` }),
          textForm(`\\S+${word}`),
        ],
      };
    }
    case "constraints":
      return constraintForms(value);
    default:
      return mapForms(value, {
        nameless: hasDefaultEntry(syntax),
        valueless: hasUnsaidValue(syntax),
      });
  }
}

/** The bounds of `METRIC:BOUND=LIMIT` are a map in YAML. */
function constraintForms(value: Schema): Json {
  const metrics = Object.entries(value.properties!);
  const words = metrics.flatMap(([metric, { properties }]) =>
    Object.entries(properties!).map(([bound, limit]) => `${metric}:${bound}=${textOf(limit)}`)
  );
  const word = `(${words.join("|")})`;
  return {
    anyOf: [
      value,
      listForm(value),
      listForm({ type: "string", pattern: `^${word}$` }),
      textForm(word),
    ],
  };
}

interface EntryForms {
  /** An entry may stand without a name. */
  readonly nameless: boolean;
  /** Or be a name alone. */
  readonly valueless: boolean;
}

function mapForms(value: Schema, { nameless, valueless }: EntryForms): Json {
  const { properties, additionalProperties: any } = value;
  const named = Object.entries(properties ?? {});
  const map = any ? { ...value, additionalProperties: entryForm(any) } : {
    ...value,
    properties: Object.fromEntries(named.map(([name, entry]) => [name, entryForm(entry)])),
  };
  const entryText = (name: string) =>
    any
      ? (nameless ? `(${name}=)?` : `${name}=`) + textOf(any)
      : `(${
        named.map(([known, entry]) =>
          valueless ? `${known}(=${textOf(entry)})?` : `${known}=${textOf(entry)}`
        ).join("|")
      })`;
  const word = { type: "string", pattern: `^${entryText(".+")}$` };
  const alone = any && nameless && isNumeric(any) ? [any] : [];
  const list = listForm(alone.length > 0 ? { anyOf: [word, ...alone] } : word);
  return { anyOf: [map, list, ...alone, textForm(entryText("\\S+"))] };
}

/** The value of a map's entry: itself, or its text. */
function entryForm(entry: Schema): Json {
  const text = { type: "string", pattern: `^${textOf(entry)}$` };
  if (entry.anyOf) return { anyOf: [...entry.anyOf, text] };
  if (entry.type !== "array") return wordForm(entry);
  // One dimension looks like a number, two bounds never do.
  return { anyOf: [entry, ...(entry.maxItems === undefined ? [entry.items] : []), text] };
}

/** One word. To an editor, 22.10 and "22.10" are a number and a text; to us they are the same. */
export function wordForm(value: Schema): Json {
  if (value.enum) return value;
  return isNumeric(value)
    ? { ...value, type: [value.type, "string"], pattern: `^${textOf(value)}$` }
    : { ...value, type: [value.type, "number"] };
}

function listForm(items: Json): Json {
  return { type: "array", items, minItems: 1 };
}

/** The flag's own text: words with spaces between them. */
function textForm(word: string): Json {
  return { type: "string", pattern: `^\\s*${word}(\\s+${word})*\\s*$` };
}

/** A pattern of the text that microsyntax.ts reads as such a value. */
function textOf(value: Schema): string {
  const { type, enum: choices, anyOf, pattern, items, maxItems, minimum = -1 } = value;
  if (choices) return `(${choices.join("|")})`;
  if (anyOf) return `(${anyOf.map(textOf).join("|")})`;
  if (type === "string" && pattern) return pattern.replace(/^\^|\$$/g, "");
  const sign = minimum < 0 ? "[-+]?" : "\\+?";
  if (type === "integer") return `${sign}\\d+`;
  if (type === "number") return `${sign}(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?`;
  if (type !== "array") return "\\S+";
  const item = textOf(items!);
  return maxItems === undefined ? `(${item}(,${item})*)?` : `${item}(,${item}){${maxItems - 1}}`;
}

function isNumeric({ type }: Schema): boolean {
  return type === "integer" || type === "number";
}
