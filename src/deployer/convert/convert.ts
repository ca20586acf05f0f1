/** From the model as it came to the one that is served: each step's result is compared with what it was made of. */

import { dirname, join } from "node:path";
import type { Config } from "../../config/schema.ts";
import { UserError } from "../../errors.ts";
import { formatFacts } from "../../model/format.ts";
import type { KnownSignature, Signature } from "../../model/tensor.ts";
import type { ConversionStep } from "../../plan/conversion.ts";
import type { Variant } from "../../plan/variant.ts";
import type { ModelFiles } from "../../triton/repository.ts";
import { inModelOrder } from "../../triton/pytorch_names.ts";
import { joinSignatures } from "../../triton/signature.ts";
import type { World } from "../../world.ts";
import { compare } from "./compare.ts";
import type { Converter, WorkModel } from "./converters/conversion.ts";
import { engineSignature, polygraphy } from "./converters/polygraphy.ts";
import { tf2onnx } from "./converters/tf2onnx.ts";
import { tfTrt } from "./converters/tf_trt.ts";
import { torchOnnx } from "./converters/torch_onnx.ts";
import { torchTensorrt } from "./converters/torch_tensorrt.ts";
import { printDataset } from "./dataset.ts";
import { printSize } from "../progress.ts";
import { runTool } from "./run_tool.ts";
import type { SourceModel } from "../source_model.ts";
import { findResult, layOut, sizeOf } from "./work_model.ts";

const CONVERTERS: Readonly<Record<ConversionStep["tool"], Converter>> = {
  "tf2onnx": tf2onnx,
  "torch.onnx": torchOnnx,
  "polygraphy": polygraphy,
  "torch_tensorrt": torchTensorrt,
  "tf-trt": tfTrt,
};

export interface ConvertRequest {
  readonly config: Config;
  readonly variant: Variant;
  /** Of the source: all that the steps need is known. */
  readonly signature: KnownSignature;
  /** A directory that is not there yet. */
  readonly into: string;
  readonly tensorrt: string | undefined;
}

export interface ConvertedModel {
  readonly files: ModelFiles;
  readonly signature: KnownSignature;
}

type Effects = Pick<World, "exec" | "files" | "streams" | "templates" | "now">;

/** @throws ToolError when a tool fails or the outputs differ, UserError when the options do not fit */
export async function convert(
  source: SourceModel,
  request: ConvertRequest,
  world: Effects,
): Promise<ConvertedModel> {
  const { variant, into, signature: known } = request;
  if (variant.steps.length === 0) return { files: source.files, signature: known };
  const whole = { inputs: known.inputs ?? [], outputs: known.outputs ?? [] };
  const signature = variant.source === "torchscript" ? inModelOrder(whole) : whole;
  const folder = `${into}/source`;
  const first = await layOut(source, { folder, signature, files: world.files });
  let last: StepResult = { model: first, files: source.files };
  for (const step of variant.steps) last = await runStep(step, last.model, { request, world });
  return { files: last.files, signature: last.model.signature };
}

interface StepContext {
  readonly request: ConvertRequest;
  readonly world: Effects;
}

interface StepResult {
  readonly model: WorkModel;
  readonly files: ModelFiles;
}

async function runStep(
  { from, to, tool }: ConversionStep,
  model: WorkModel,
  { request: { config, variant, into, tensorrt }, world }: StepContext,
): Promise<StepResult> {
  const { streams } = world;
  const scripts = `${into}/scripts-${to}`;
  await writeScripts(scripts, printDataset(config, model.signature), world);
  const output = join(into, to, formatFacts(to).filename);
  await world.files.makeDirectory(dirname(output));
  const conversion = { config, variant, model, output, scripts, tensorrt };
  const { commands, result: path } = CONVERTERS[tool](conversion);
  streams.err(`convert ${from} to ${to} with ${tool}, ${choices(to, variant)}`);
  for (const command of commands) await runTool(command, `convert ${from} to ${to}`, world);
  const { files, told } = await findResult(to, path, world.files);
  const bytes = await sizeOf(files, world.files);
  streams.err(`convert done: ${printSize(bytes)}`);
  const converted = { format: to, path, bytes, signatureKey: model.signatureKey };
  await compare(conversion, converted, world);
  const signature = told !== undefined
    ? toldSignature(config, told)
    : to === "trt"
    ? engineSignature(model.signature, tensorrt)
    : model.signature;
  return { model: { ...converted, signature }, files };
}

function choices(to: ConversionStep["to"], { opset, precision }: Variant): string {
  return to === "onnx" ? `opset ${opset}` : ["fp32", ...precision?.flags ?? []].join("+");
}

async function writeScripts(
  folder: string,
  dataset: string,
  { files, templates }: Effects,
): Promise<void> {
  await files.makeDirectory(folder);
  for (const [name, text] of templates.read("converters")) {
    await files.writeText(`${folder}/${name}`, text);
  }
  await files.writeText(`${folder}/dataset.json`, dataset);
}

/** @throws UserError when the user says otherwise */
function toldSignature(config: Config, told: SourceModel["told"]): Signature {
  const { signature: { inputs = [], outputs = [] }, problems } = joinSignatures(config, told);
  if (problems.length > 0) throw new UserError(problems);
  return { inputs, outputs };
}
