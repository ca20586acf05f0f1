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
  return [...conversionProblems(config, source), ...backendProblems(config, source)];
}

function conversionProblems(config: PartialConfig, source: Format): Problem[] {
  return (config.target_formats ?? []).filter((target) => target !== source).map((target) => ({
    where: "--target-formats",
    what: `this version serves a model in its own format: ${source}, not ${target}`,
    hint: "leave out `--target-formats`, or convert the model first",
  }));
}

/** https://docs.nvidia.com/deeplearning/triton-inference-server/release-notes/: no TensorFlow from here on. */
const WITHOUT_TENSORFLOW = "25.03";

/** Releases are YY.MM with two digits each: their texts sort like their dates. */
function backendProblems({ container_version: version }: PartialConfig, format: Format): Problem[] {
  if (formatFacts(format).backend !== "tensorflow") return [];
  if (version === undefined || version < WITHOUT_TENSORFLOW) return [];
  return [{
    where: "--container-version",
    what: `Triton ${version} has no TensorFlow backend any more, and the model is ${format}`,
    hint: `convert the model to ONNX, or take a container version before ${WITHOUT_TENSORFLOW}`,
  }];
}

function sourceFormat(config: PartialConfig, path: string): Format | undefined {
  return config.model_format ?? formatFromPath(path);
}
