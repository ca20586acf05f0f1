/** Values laid over values, as Helm does it: maps are joined, everything else is replaced. */

export function deepMerge(lower: object, upper: object): object {
  const merged: Record<string, unknown> = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    const below = merged[key];
    merged[key] = isMap(below) && isMap(value) ? deepMerge(below, value) : value;
  }
  return merged;
}

/** Laid over them, does `upper` leave nothing of the lower values? */
export function covers(upper: object, lower: object): boolean {
  const above = new Map<string, unknown>(Object.entries(upper));
  return Object.entries(lower).every(([key, value]) => {
    const over = above.get(key);
    return above.has(key) && (!isMap(value) || !isMap(over) || covers(over, value));
  });
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
