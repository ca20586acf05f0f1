/** A value that the chart does not know: which one was probably meant. */

import { join } from "node:path";
import { ToolError } from "../errors.ts";
import { suggestWord } from "../text/suggest.ts";
import type { World } from "../world.ts";

/** How Helm's validator says it: `at '/deployer': additional properties 'modelUrl' not allowed` */
const UNKNOWN = /at '([^']*)': additional propert(?:y|ies) '([^']+)'/;

/** Passes the deed's failure on, with what was meant as its hint. */
export async function withTypoHint<T>(
  chart: string,
  deed: () => Promise<T>,
  world: Pick<World, "files">,
): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const [, place = "", word = ""] = UNKNOWN.exec(error.details.output ?? "") ?? [];
    const hint = word === "" ? undefined : await hintFor(chart, { place, word }, world);
    if (hint === undefined) throw error;
    throw new ToolError(error.message, { ...error.details, hint });
  }
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

async function hintFor(
  chart: string,
  { place, word }: { readonly place: string; readonly word: string },
  { files }: Pick<World, "files">,
): Promise<string | undefined> {
  const parts = place.split("/").filter((part) => part !== "");
  const name = (key: string) => [...parts, key].join(".");
  try {
    let schema: Schema | undefined = JSON.parse(
      await files.readText(join(chart, "values.schema.json")),
    );
    for (const part of parts) schema = schema?.properties?.[part];
    const known = Object.keys(schema?.properties ?? {});
    const meant = suggestWord(word, known);
    return meant === undefined
      ? `the chart knows no value \`${name(word)}\`; its values.yaml explains all`
      : `did you mean \`${name(meant)}\`?`;
  } catch {
    return undefined; // A chart of others may have no schema, or another kind of one.
  }
}
