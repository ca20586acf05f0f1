/** What one chart serves: the model in one format. */

import { UserError } from "../errors.ts";
import type { Config } from "../config/schema.ts";
import {
  type Format,
  formatFacts,
  formatFromPath,
  type Framework,
  MODEL_SUFFIXES,
} from "../model/format.ts";

export interface Variant {
  readonly source: Format;
  readonly target: Format;
  readonly framework: Framework;
}

/** @throws UserError when nothing tells the format, or when it would have to be converted */
export function planVariant(config: Config, path: string): Variant {
  const source = config.model_format ?? formatFromPath(path);
  if (source === undefined) {
    throw new UserError({
      where: "--model-format",
      what: `nothing tells the format of \`${path}\``,
      hint: `give \`--model-format\`, or a file name that ends in ${MODEL_SUFFIXES.join(", ")}`,
    });
  }
  const target = config.target_formats?.[0] ?? source;
  if (target !== source) {
    throw new UserError({
      where: "--target-formats",
      what: `this version serves a model in its own format: ${source}, not ${target}`,
      hint: `leave out \`--target-formats\`, or convert the model first`,
    });
  }
  return { source, target, framework: formatFacts(target).framework };
}
