/** What will be served, and all that keeps the model from being served: the judgements of `deploy`. */

import type { Where } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { shapeProblems } from "../config/shape_rules.ts";
import type { ModelUri } from "../deployer/model_uri.ts";
import type { SourceModel } from "../deployer/source_model.ts";
import { type Problem, UserError } from "../errors.ts";
import { type Format, formatFromPath } from "../model/format.ts";
import type { KnownSignature } from "../model/tensor.ts";
import { conversionProblems } from "../plan/conversion_problems.ts";
import { planVariants, type Variant } from "../plan/variant.ts";
import { cleanLine } from "../text/clean.ts";
import { forwardProblems } from "../triton/forward_problems.ts";
import { type ModelConfig, planModelConfig } from "../triton/model_config.ts";
import { checkSignature, joinSignatures } from "../triton/signature.ts";

export interface Deployment {
  readonly config: Config;
  readonly where: Where;
  readonly uri: ModelUri;
}

/** What the name and the options alone tell is said before a long download, not after it. */
export function refuseEarly(request: Deployment): void {
  const { config } = request;
  if (sourceFormat(request) === undefined) return;
  const variant = planTarget(request);
  refuse(servingProblems(config, variant, config));
}

export function sourceFormat({ config, uri }: Deployment): Format | undefined {
  return config.model_format ?? formatFromPath(uri.name);
}

/** @throws UserError when the model cannot be served in that format */
export function planTarget({ config, where, uri }: Deployment): Variant {
  return planVariants(config, { path: uri.name, where }).variants[0]!;
}

/** @throws UserError with all that keeps the model from being converted and served */
export function knownSignature(
  model: SourceModel,
  variant: Variant,
  { config, where, uri }: Deployment,
): KnownSignature {
  const { signature, problems } = joinSignatures(config, model.told);
  const shapes = problems.length > 0 ? [] : shapeProblems({ ...config, ...signature }, where);
  const isServed = variant.steps.length === 0;
  refuse([
    ...problems,
    ...shapes,
    ...servingProblems(config, variant, signature),
    ...forwardProblems(model.forward, signature, { file: uri.name, isServed }),
  ]);
  return signature;
}

function servingProblems(config: Config, variant: Variant, signature: KnownSignature): Problem[] {
  return [
    ...checkSignature(signature, { format: variant.target, batching: config.batching }),
    ...conversionProblems(config, variant, signature),
  ];
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new UserError(problems);
}

/** @throws UserError when a tool made of the model what Triton cannot serve */
export function configure(
  signature: KnownSignature,
  { target }: Variant,
  config: Config,
): ModelConfig {
  refuse(checkSignature(signature, { format: target, batching: config.batching }));
  return planModelConfig({ config, format: target, signature });
}

export function describe(model: ModelConfig): string {
  const server = Object.values(model.server)[0];
  const batches = model.maxBatchSize === 0 ? "no batching" : `batches up to ${model.maxBatchSize}`;
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).join(", ");
  const tensors = model.inputs.length + model.outputs.length === 0
    ? "tensors as the model says"
    : `${names(model.inputs)} → ${names(model.outputs)}`;
  return cleanLine(`${server}: ${batches}; ${tensors}`);
}
