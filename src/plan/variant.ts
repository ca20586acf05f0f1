/** What one chart serves: the model in one format. */

import type { PartialConfig } from "../config/schema.ts";
import { type Problem, UserError } from "../errors.ts";
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
export function planVariant(config: PartialConfig, path = config.model_path ?? ""): Variant {
  const problems = variantProblems(config, path);
  if (problems.length > 0) throw new UserError(problems);
  const source = sourceFormat(config, path)!;
  const target = config.target_formats?.[0] ?? source;
  return { source, target, framework: formatFacts(target).framework };
}

export function variantProblems(config: PartialConfig, path = config.model_path): Problem[] {
  if (path === undefined) return [];
  const source = sourceFormat(config, path);
  if (source === undefined) {
    return [{
      where: "--model-format",
      what: `nothing tells the format of \`${path}\``,
      hint: `give \`--model-format\`, or a file name that ends in ${MODEL_SUFFIXES.join(", ")}`,
    }];
  }
  return (config.target_formats ?? []).filter((target) => target !== source).map((target) => ({
    where: "--target-formats",
    what: `this version serves a model in its own format: ${source}, not ${target}`,
    hint: "leave out `--target-formats`, or convert the model first",
  }));
}

function sourceFormat(config: PartialConfig, path: string): Format | undefined {
  return config.model_format ?? formatFromPath(path);
}
