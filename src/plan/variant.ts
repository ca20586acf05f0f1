/** What one chart serves: the model in one format, converted in one way. */

import type { Where } from "../config/load.ts";
import type { Config, PartialConfig } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import {
  type Format,
  formatFacts,
  formatFromPath,
  type Framework,
  holdsEngine,
} from "../model/format.ts";
import { type EnginePrecision, enginePrecisions } from "../model/precision.ts";
import { type ConversionStep, planConversion } from "./conversion.ts";
import { leftOutReason, variantProblems } from "./variant_problems.ts";

export interface Variant {
  /** Readable, and the same for the same choices: `trt-op13-fp16`. */
  readonly name: string;
  readonly source: Format;
  readonly target: Format;
  /** Whose image has the tools for the steps. */
  readonly framework: Framework;
  readonly steps: readonly ConversionStep[];
  /** Of the ONNX graph that a step makes. */
  readonly opset: number | undefined;
  /** Of the TensorRT engine that a step builds. */
  readonly precision: EnginePrecision | undefined;
}

export interface VariantPlan {
  /** In the order of the user's lists; the first one is the chart's when only one is asked for. */
  readonly variants: readonly Variant[];
  readonly leftOut: readonly { readonly format: Format; readonly reason: string }[];
}

/** Every release of the conversion tools knows it: the first one with all of today's common operators. */
const DEFAULT_OPSET = 13;

/** @throws UserError when nothing tells the format, or when nothing that is asked for is possible */
export function planVariants(
  config: PartialConfig,
  { path = config.model_path ?? "", where }: { readonly path?: string; readonly where: Where },
): VariantPlan {
  const problems = variantProblems(config, { path, where });
  if (problems.length > 0) throw new UserError(problems);
  const source = (config.model_format ?? formatFromPath(path))!;
  const targets = [...new Set(config.target_formats ?? [source])];
  const reasons = targets.map((format) => ({ format, reason: leftOutReason(config, format) }));
  return {
    variants: reasons.filter(({ reason }) => reason === undefined)
      .flatMap(({ format }) => variantsOf(config, source, format)),
    leftOut: reasons.filter((one): one is typeof one & { reason: string } =>
      one.reason !== undefined
    ),
  };
}

function variantsOf(config: PartialConfig, source: Format, target: Format): readonly Variant[] {
  const steps = planConversion(source, target)!;
  const makesOnnx = steps.some(({ to }) => to === "onnx");
  const makesEngine = steps.some(({ to }) => holdsEngine(to));
  const opsets = makesOnnx ? [...new Set(config.onnx_opsets ?? [DEFAULT_OPSET])] : [undefined];
  const { tensorrt_precisions: precisions = [], tensorrt_precisions_mode: mode = "hierarchy" } =
    config;
  const engines = makesEngine ? enginePrecisions(precisions, mode) : [undefined];
  const { framework } = formatFacts(source);
  return opsets.flatMap((opset) =>
    engines.map((precision): Variant => ({
      name: nameOf({ target, opset, precision }),
      source,
      target,
      framework,
      steps,
      opset,
      precision,
    }))
  );
}

function nameOf({ target, opset, precision }: Pick<Variant, "target" | "opset" | "precision">) {
  return [
    target,
    ...(opset === undefined ? [] : [`op${opset}`]),
    ...(precision === undefined ? [] : [precision.precision]),
    ...(precision?.mode === "single" ? ["single"] : []),
  ].join("-");
}

/** The same options with only this variant's choices in them: what its chart says. */
export function narrowConfig(config: Config, { target, opset, precision }: Variant): Config {
  return {
    ...config,
    ...(config.target_formats === undefined ? {} : { target_formats: [target] }),
    ...(opset === undefined || config.onnx_opsets === undefined ? {} : { onnx_opsets: [opset] }),
    ...(precision === undefined ? {} : {
      tensorrt_precisions: [precision.precision],
      tensorrt_precisions_mode: precision.mode,
    }),
    // Only where it has an effect: the deployer refuses it elsewhere.
    tensorrt_capture_cuda_graph: config.tensorrt_capture_cuda_graph && target === "trt",
  };
}
