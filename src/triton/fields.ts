/** A model configuration as Triton knows it, read from config.pbtxt or from a server's answer. */

/** Every field with all of its values: one, or as many as were said. */
export type Fields = ReadonlyMap<string, readonly FieldValue[]>;
export type FieldValue = string | number | boolean | Fields;

/** What a server answers to `GET /v2/models/MODEL/config`. */
export function fieldsFromJson(json: Readonly<Record<string, unknown>>): Fields {
  return new Map(
    Object.entries(json).map(([name, value]) => [name, [value].flat().flatMap(fieldValue)]),
  );
}

function fieldValue(value: unknown): readonly FieldValue[] {
  if (typeof value === "object" && value !== null) {
    return [fieldsFromJson(value as Readonly<Record<string, unknown>>)];
  }
  const isScalar = ["string", "number", "boolean"].includes(typeof value);
  return isScalar ? [value as FieldValue] : [];
}

export function messages(fields: Fields | undefined, name: string): readonly Fields[] {
  return (fields?.get(name) ?? []).filter((value) => value instanceof Map);
}

/** Of a field that is said more than once, the last one counts: protobuf's own rule. */
export function message(fields: Fields | undefined, name: string): Fields | undefined {
  return messages(fields, name).at(-1);
}

export function textField(fields: Fields | undefined, name: string): string | undefined {
  const value = fields?.get(name)?.at(-1);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** JSON spells large integers as texts. */
export function numbers(fields: Fields | undefined, name: string): readonly number[] {
  return (fields?.get(name) ?? []).map(Number).filter(Number.isFinite);
}

export function numberField(fields: Fields | undefined, name: string): number | undefined {
  return numbers(fields, name).at(-1);
}

/** A `map<string, string>`: an object in JSON, entries of `key` and `value` in config.pbtxt. */
export function textMap(
  fields: Fields | undefined,
  name: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    messages(fields, name).flatMap((entry) =>
      entry.has("key")
        ? [[textField(entry, "key") ?? "", textField(entry, "value") ?? ""]]
        : [...entry].map(([key, values]) => [key, String(values.at(-1) ?? "")])
    ),
  );
}

/** `optimization.cuda.busy_wait_events`: what is said in a configuration, less all defaults. */
export function saidPaths(fields: Fields): readonly string[] {
  return [...fields].flatMap(([name, values]) =>
    values.flatMap((value) =>
      value instanceof Map
        ? saidPaths(value).map((path) => `${name}.${path}`)
        : isDefault(value as string | number | boolean)
        ? []
        : [name]
    )
  );
}

function isDefault(value: string | number | boolean): boolean {
  return value === "" || value === 0 || value === "0" || value === false;
}
