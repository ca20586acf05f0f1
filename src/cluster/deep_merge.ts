/** Values laid over values, as Helm does it: maps are joined, everything else is replaced. */

export function deepMerge(lower: object, upper: object): object {
  const merged: Record<string, unknown> = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    const below = merged[key];
    merged[key] = isMap(below) && isMap(value) ? deepMerge(below, value) : value;
  }
  return merged;
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
