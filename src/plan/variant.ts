/** What one chart serves: the model in one format. */

import type { Config } from "../config/schema.ts";
import type { Problem } from "../errors.ts";
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

/** Call it after `variantProblems` found none. */
export function planVariant(config: Partial<Config>): Variant {
  const source = sourceFormat(config)!;
  const target = config.target_formats?.[0] ?? source;
  return { source, target, framework: formatFacts(target).framework };
}

export function variantProblems(config: Partial<Config>): Problem[] {
  if (config.model_path === undefined) return [];
  const source = sourceFormat(config);
  if (source === undefined) {
    return [{
      where: "--model-format",
      what: `nothing tells the format of \`${config.model_path}\``,
      hint: `give \`--model-format\`, or a file name that ends in ${MODEL_SUFFIXES.join(", ")}`,
    }];
  }
  return (config.target_formats ?? []).filter((target) => target !== source).map((target) => ({
    where: "--target-formats",
    what: `this version serves a model in its own format: ${source}, not ${target}`,
    hint: "leave out `--target-formats`, or convert the model first",
  }));
}

function sourceFormat(config: Partial<Config>): Format | undefined {
  return config.model_format ?? formatFromPath(config.model_path ?? "");
}
