/** Does Kubernetes know every field of a manifest, and does each hold what it may hold? */

import { didYouMean } from "../text/suggest.ts";
import schemas from "./kubernetes_schemas.json" with { type: "json" };

/** A number is a place in `Types`, a list holds one type for all its items. */
export type TypeRef =
  | number
  | "any"
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | "object"
  | "intOrString"
  | "quantity"
  | readonly [TypeRef]
  | { readonly map: TypeRef };

export type Types = readonly {
  readonly fields: Readonly<Record<string, TypeRef>>;
  readonly required?: readonly string[];
}[];

/** `apps/v1 Deployment` → its type in each version that serves it. */
export type Kinds = Readonly<Record<string, Readonly<Record<string, number>>>>;

const KINDS: Kinds = schemas.kinds;
const TYPES = schemas.types as unknown as Types;

/** Of Kubernetes: the oldest that the charts support, and the newest that we know. */
export const KUBE_VERSIONS: readonly string[] = schemas.versions;

export interface SchemaIssue {
  readonly path: string;
  readonly what: string;
  readonly fix: string | undefined;
  /** Something is of another form than its type says: nothing below it can be looked at. */
  readonly malformed: boolean;
}

export type KindCheck = "known" | "custom" | {
  /** The versions of the API that do serve the kind. */
  readonly servedAs: readonly string[];
  /** Another version of Kubernetes serves it. */
  readonly elsewhere: boolean;
};

/** A kind of a built-in API that this version does not serve is named with what it does serve. */
export function checkKind(apiVersion: string, kind: string, version: string): KindCheck {
  const known = KINDS[`${apiVersion} ${kind}`];
  if (known?.[version] !== undefined) return "known";
  const groups = new Set(Object.keys(KINDS).map(groupOf));
  const group = groupOf(apiVersion);
  if (group.includes(".") && !groups.has(group)) return "custom";
  const servedAs = Object.entries(KINDS)
    .filter(([key, versions]) => key.endsWith(` ${kind}`) && versions[version] !== undefined)
    .map(([key]) => key.split(" ")[0]!);
  return { servedAs, elsewhere: known !== undefined };
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.split("/")[0]! : "";
}

/** @param manifest of a kind that is known */
export function checkSchema(
  manifest: { readonly apiVersion: string; readonly kind: string },
  version: string,
): SchemaIssue[] {
  const type = KINDS[`${manifest.apiVersion} ${manifest.kind}`]?.[version];
  return type === undefined ? [] : check(manifest, type, "");
}

function check(value: unknown, type: TypeRef, path: string): SchemaIssue[] {
  if (typeof type === "number") return isMap(value) ? checkFields(value, type, path) : wrong("map");
  if (Array.isArray(type)) {
    if (!Array.isArray(value)) return wrong("list");
    return value.flatMap((item, i) => check(item, type[0] as TypeRef, `${path}[${i}]`));
  }
  if (typeof type === "object") {
    if (!isMap(value)) return wrong("map");
    const values = (type as { readonly map: TypeRef }).map;
    return Object.entries(value).flatMap(([key, item]) =>
      item === null ? [] : check(item, values, below(path, key))
    );
  }
  const { is, name } = PLAIN[type as keyof typeof PLAIN];
  return is(value) ? [] : wrong(name);

  function wrong(name: string): SchemaIssue[] {
    const quote = name === "string" && typeof value !== "object" ? "put it into quotes" : undefined;
    return [{ path, what: `must be a ${name}, not ${show(value)}`, fix: quote, malformed: true }];
  }
}

function checkFields(value: Fields, type: number, path: string): SchemaIssue[] {
  const { fields, required = [] } = TYPES[type]!;
  const issue = (key: string, what: string, fix?: string): SchemaIssue[] => [
    { path: below(path, key), what, fix, malformed: false },
  ];
  // A null is a field that is not there.
  const missing = required.filter((key) => (value[key] ?? null) === null);
  return [
    ...missing.flatMap((key) => issue(key, "is required")),
    ...Object.entries(value).flatMap(([key, item]) => {
      if (!Object.hasOwn(fields, key)) {
        const fix = didYouMean(key, Object.keys(fields));
        return issue(key, "is no field that Kubernetes knows here", fix);
      }
      return item === null ? [] : check(item, fields[key]!, below(path, key));
    }),
  ];
}

type Fields = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number";

const PLAIN = {
  any: { is: () => true, name: "value" },
  string: { is: isText, name: "string" },
  integer: { is: Number.isSafeInteger, name: "whole number" },
  number: { is: isNumber, name: "number" },
  boolean: { is: (value: unknown) => typeof value === "boolean", name: "boolean" },
  object: { is: isMap, name: "map" },
  intOrString: {
    is: (value: unknown) => isText(value) || Number.isSafeInteger(value),
    name: "whole number or string",
  },
  quantity: { is: (value: unknown) => isText(value) || isNumber(value), name: "quantity" },
} as const;

/** Never a text, which may be a secret. */
function show(value: unknown): string {
  if (typeof value === "string") return "a string";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a map" : `the ${typeof value} ${value}`;
}

function below(path: string, key: string): string {
  const step = /^[A-Za-z0-9_-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  return path === "" && step.startsWith(".") ? key : `${path}${step}`;
}
