/** What a map of the user's says about one tensor. */

/** A tensor may be called `constructor`. The key "" is the default for all. */
export function entryOf<T>(
  map: Readonly<Record<string, T>> | undefined,
  name: string,
): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}
