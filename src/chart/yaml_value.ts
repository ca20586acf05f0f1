/** A value as YAML that every reader takes for the same value: bare where that is safe, else quoted. */

/** Words that YAML 1.1, which Helm reads, takes for something else than text. */
const NOT_TEXT = /^(y|yes|n|no|on|off|true|false|null|~|[-+.]?(inf|nan)|.*\..*\d+e.*)$/i;

/** Begins with a letter, so that no number, date, time or indicator can hide in it. */
const BARE = /^[A-Za-z][A-Za-z0-9_./-]*$/;

/** @throws TypeError on undefined: a template that names a missing field must fail */
export function yamlValue(value: unknown): string {
  if (value === undefined) throw new TypeError("a template names a field that is not there");
  if (value === null) return "null";
  if (typeof value === "string") {
    return BARE.test(value) && !NOT_TEXT.test(value) ? value : quote(value);
  }
  if (Array.isArray(value)) return `[${value.map(yamlValue).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([key, item]) =>
      `${yamlValue(key)}: ${yamlValue(item)}`
    );
    return `{${entries.join(", ")}}`;
  }
  return String(value);
}

/** JSON strings are YAML strings; what JSON leaves as it is and YAML does not allow is escaped too. */
function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
