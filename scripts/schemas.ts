/**
 * Writes src/review/kubernetes_schemas.json from the strict schemas of PyPI's kubernetes-validate:
 * every kind of two Kubernetes versions, without descriptions, each distinct type once.
 *
 * Usage: schemas.ts FOLDER VERSION… [--check] — FOLDER holds `v1.27.0-local-strict` and the like.
 */

import type { Kinds, TypeRef, Types } from "../src/review/schema.ts";

interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly "x-kubernetes-group-version-kind"?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

const target = new URL("../src/review/kubernetes_schemas.json", import.meta.url);
const check = Deno.args.includes("--check");
const [folder, ...versions] = Deno.args.filter((arg) => arg !== "--check");

const types: string[] = [];
const indexes = new Map<string, number>();
const kinds: Record<string, Record<string, number>> = {};

/** Equal types are one, in whichever version they stand. */
function intern(type: Types[number]): number {
  const text = JSON.stringify(type);
  const known = indexes.get(text) ?? types.push(text) - 1;
  indexes.set(text, known);
  return known;
}

function readVersion(version: string): void {
  const path = `${folder}/v${version}.0-local-strict/_definitions.json`;
  const definitions = JSON.parse(Deno.readTextFileSync(path)).$defs as Record<string, JsonSchema>;
  const done = new Map<string, TypeRef>();

  function named(name: string): TypeRef {
    const known = done.get(name);
    if (known !== undefined) return known;
    done.set(name, "any"); // What holds itself, as a schema in a CustomResourceDefinition does.
    const type = convert(definitions[name]!);
    done.set(name, type);
    return type;
  }

  function convert(schema: JsonSchema): TypeRef {
    if (schema.$ref !== undefined) return named(schema.$ref.split("/").at(-1)!);
    const alternatives = schema.oneOf?.map(plainType).join();
    if (alternatives === "string,integer") return "intOrString";
    if (alternatives === "string,number") return "quantity";
    if (alternatives !== undefined) throw new Error(`oneOf ${alternatives}`);
    if (schema.properties) {
      const fields = Object.entries(schema.properties).map(([key, property]) => {
        // What names the kind is the key of `kinds`.
        const isKind = key === "apiVersion" || key === "kind";
        if (property.enum && !isKind) throw new Error(`enum of ${key}`);
        return [key, convert(property)] as const;
      });
      const required = schema.required ? { required: schema.required } : {};
      return intern({ fields: Object.fromEntries(fields), ...required });
    }
    const type = plainType(schema);
    if (type === "array") return [convert(schema.items!)];
    if (type !== "object") return type as TypeRef;
    const values = schema.additionalProperties;
    return typeof values === "object" ? { map: convert(values) } : "object";
  }

  for (const [name, schema] of Object.entries(definitions)) {
    const kind = schema["x-kubernetes-group-version-kind"] ?? [];
    if (kind.length !== 1 || !schema.properties?.metadata || name.endsWith("List")) continue;
    const { group, version: api, kind: word } = kind[0]!;
    const key = `${group === "" ? api : `${group}/${api}`} ${word}`;
    (kinds[key] ??= {})[version] = named(name) as number;
  }
}

/** Without the null that all may be instead. */
function plainType({ type }: JsonSchema): string {
  const all = [type ?? "any"].flat();
  return all.find((each) => each !== "null")!;
}

versions.forEach(readVersion);
const sorted = Object.fromEntries(
  Object.keys(kinds).sort().map((key) => [key, kinds[key]!]),
) satisfies Kinds;
// A line for each kind and type, so that a new version can be read as a difference.
const lines = (rows: readonly string[]) => rows.join(",\n");
const text = `{"versions":${JSON.stringify(versions)},
"kinds":{
${lines(Object.entries(sorted).map(([key, value]) => `"${key}":${JSON.stringify(value)}`))}
},
"types":[
${lines(types)}
]}
`;

const before = await Deno.readTextFile(target).catch(() => "");
// deno-lint-ignore no-console
const say = console.error;
if (check && before !== text) say(`stale, run \`scripts/schemas\`: ${target.pathname}`);
if (!check) await Deno.writeTextFile(target, text);
Deno.exit(check && before !== text ? 1 : 0);
