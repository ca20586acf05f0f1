/** What the requests of all providers have in common. */

import type { Range } from "../provider.ts";

export function rangeHeader(range: Range | undefined): Record<string, string> {
  return range === undefined ? {} : { range: `bytes=${range.from}-${range.to - 1}` };
}

/** Encodes all that RFC 3986 does not call unreserved, as the signatures of the clouds want it. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function encodePath(path: string): string {
  return path.split("/").map(encode).join("/");
}

/** A query in alphabetical order; what is undefined is left out. */
export function query(parameters: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(parameters)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join("&");
}

/** An object below a folder's address. */
export function keyBelow(key: string, below: string | undefined): string {
  return below === undefined ? key : `${key.replace(/\/$/, "")}/${below}`;
}

/** What all keys below a folder begin with. */
export function folderPrefix(key: string): string {
  return `${key.replace(/\/+$/, "")}/`;
}

/** An empty variable counts as not set: a chart cannot leave one out of a pod easily. */
export function setVariable(
  world: { env(name: string): string | undefined },
  name: string,
): string | undefined {
  return world.env(name) || undefined;
}
