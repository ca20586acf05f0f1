/** What an option is: its schema, how words become its value, and what help says about it. */

import * as v from "valibot";

/** How words become a value; see microsyntax.ts. */
export type Syntax =
  | "text" // one word
  | "integer"
  | "number"
  | "boolean"
  | "texts" // words, accumulating
  | "integers"
  | "tensors" // name:shape:dtype …
  | "shapes" // name=1,3,224 …
  | "ranges" // name=0,255 …  -1.0,1.0
  | "dtypes" // name=int64 …  float32
  | "tolerances" // 1e-5 out0=1e-4 …
  | "counts" // gpu=2 cpu=1
  | "thresholds" // p99:max=20ms throughput:min=500
  | "weights" // perf_throughput=10 perf_latency_p99
  | "constraints"; // perf_latency_p99:max=20

/** The parts in the cluster that read an option from their ConfigMap. */
export type Reader = "deployer" | "tester";

export interface OptionMeta {
  readonly description: string;
  readonly group: string;
  readonly placeholder?: string;
  readonly short?: string;
  /** Overridable at install: becomes a chart value and a key of the reader's ConfigMap. */
  readonly readers?: readonly Reader[];
  /** What the YAML file may call it too: a word of others, whose files people copy from. */
  readonly alias?: string;
  /** Only a flag: not a key of the YAML file. */
  readonly flagOnly?: boolean;
  /** The environment variable that gives it too: only in the pods' verbs. */
  readonly env?: string;
}

export interface Option<S extends v.GenericSchema = v.GenericSchema> extends OptionMeta {
  readonly syntax: Syntax;
  readonly schema: S;
}

export type Options = Readonly<Record<string, Option>>;

export type Settings<O extends Options> = {
  readonly [K in keyof O]: v.InferOutput<O[K]["schema"]>;
};

export function option<S extends v.GenericSchema>(
  syntax: Syntax,
  schema: S,
  meta: OptionMeta,
): Option<S> {
  return { syntax, schema, ...meta };
}

export function isVariadic(syntax: Syntax): boolean {
  return !["text", "integer", "number", "boolean"].includes(syntax);
}

/** The default as the flag takes it, or undefined. */
export function defaultText(option: Option): string | undefined {
  const value = v.getDefault(option.schema as v.OptionalSchema<v.GenericSchema, unknown>);
  if (typeof value !== "object" || value === null) return value === undefined ? value : `${value}`;
  const words = Array.isArray(value)
    ? value
    : Object.entries(value).map(([name, entry]) => name === "" ? entry : `${name}=${entry}`);
  return words.join(" ");
}

/** The keys of a map that may have no others. */
export function keysOfValue(option: Option): readonly string[] | undefined {
  const inner = innerSchema(option) as { entries?: object };
  return inner.entries && Object.keys(inner.entries);
}

function innerSchema({ schema }: Option): v.GenericSchema {
  return (schema as { wrapped?: v.GenericSchema }).wrapped ?? schema;
}

export function choicesOf(option: Option): readonly string[] | undefined {
  const inner = innerSchema(option);
  const schema = inner.type === "array"
    ? (inner as unknown as { item: v.GenericSchema }).item
    : inner;
  return schema.type === "picklist"
    ? (schema as unknown as { options: readonly string[] }).options
    : undefined;
}
