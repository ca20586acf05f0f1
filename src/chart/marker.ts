/** Says that a directory is ours to replace, and what the other verbs must know about it. */

import * as v from "valibot";
import { configOptions } from "../config/schema.ts";
import { chartBaseName, chartNameProblem } from "../plan/names.ts";

export const MARKER = ".helm-navigator.json";

export interface ChartMarker {
  readonly name: string;
  readonly version: string;
}

const GENERATOR = "helm-navigator";

/** Also read from archives of others, and its words become names of releases and images. */
const schema = v.object({
  generator: v.literal(GENERATOR),
  name: v.pipe(
    v.string(),
    v.check((name) => name === chartBaseName(name) && chartNameProblem(name) === undefined),
  ),
  version: v.unwrap(configOptions.chart_version.schema),
});

export function printMarker({ name, version }: ChartMarker): string {
  return `${JSON.stringify({ generator: GENERATOR, name, version }, null, 2)}\n`;
}

/** Undefined when it is none of ours. */
export function parseMarker(text: string): ChartMarker | undefined {
  try {
    const { success, output } = v.safeParse(schema, JSON.parse(text));
    return success ? { name: output.name, version: output.version } : undefined;
  } catch {
    return undefined; // It is no JSON.
  }
}
