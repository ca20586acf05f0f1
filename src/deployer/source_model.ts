/** Tells what was fetched, by its bytes and its name, and gathers the files that belong to it. */

import { UserError } from "../errors.ts";
import { type Format, formatFromPath, MODEL_SUFFIXES } from "../model/format.ts";
import type { Forward } from "../model/forward.ts";
import { type ModelFile, readModelFile } from "../model/model_file.ts";
import type { ToldSignature } from "../model/tensor.ts";
import type { ModelFiles } from "../triton/repository.ts";
import type { Files, RandomAccessFile, World } from "../world.ts";
import { isTarKind } from "./unpack/decompress.ts";
import { type FoundModel, mainFile } from "./model_folder.ts";
import { openTorchScript } from "./torchscript.ts";
import { type Kind, KIND_WORDS, sniff, SNIFFED_BYTES } from "./unpack/sniff.ts";

export interface SourceModel {
  readonly format: Format;
  readonly files: ModelFiles;
  /** What the file says about its tensors; undefined when its format does not tell. */
  readonly told: ToldSignature | undefined;
  /** Of a TorchScript file that tells. */
  readonly forward?: Forward | undefined;
}

type Effects = Pick<World, "files">;

interface SourceHints {
  readonly name: string;
  /** What the configuration says. */
  readonly format: Format | undefined;
}

/** What the bytes can be; TensorRT and Torch-TensorRT files look like their plain kin. */
type Family = "onnx" | "torchscript" | "savedmodel" | "plan";

const FAMILIES: Readonly<Record<Format, Family>> = {
  "onnx": "onnx",
  "torchscript": "torchscript",
  "torch-trt": "torchscript",
  "tf-savedmodel": "savedmodel",
  "tf-trt": "savedmodel",
  "trt": "plan",
};

/** @throws UserError when the bytes are not what the name or the configuration says */
export async function identifyModel(
  found: FoundModel,
  format: Format | undefined,
  world: Effects,
): Promise<SourceModel> {
  const hints = { name: found.name, format };
  if (found.kind === "savedmodel") {
    const own = format ?? "tf-savedmodel";
    if (FAMILIES[own] !== "savedmodel") throw contradiction(hints, "a TensorFlow SavedModel");
    return await savedModel(mainFile(found), { others: found.files, format: own }, world.files);
  }
  const { path } = found;
  const file = await world.files.open(path);
  try {
    const declared = format ?? formatFromPath(found.name);
    const kind = sniff(await file.readAt(0, SNIFFED_BYTES));
    if (kind !== "unknown" && kind !== "zip") throw wrongKind(hints, kind);
    if (kind === "zip") return await torchScript({ file, path, declared }, hints);
    return await plainModel({ path, declared }, hints, world.files);
  } finally {
    file.close();
  }
}

interface OpenModel {
  readonly file: RandomAccessFile;
  readonly path: string;
  readonly declared: Format | undefined;
}

async function torchScript(
  { file, path, declared = "torchscript" }: OpenModel,
  hints: SourceHints,
): Promise<SourceModel> {
  const { kind, forward } = await openTorchScript(file, hints.name);
  if (kind !== "torchscript") throw contradiction(hints, "a ZIP archive within an archive");
  if (FAMILIES[declared] !== "torchscript") throw contradiction(hints, "a TorchScript file");
  return { format: declared, files: { main: path, others: new Map() }, told: undefined, forward };
}

async function plainModel(
  { path, declared }: Omit<OpenModel, "file">,
  hints: SourceHints,
  files: Files,
): Promise<SourceModel> {
  const family = declared && FAMILIES[declared];
  const model = { path, name: hints.name };
  switch (family) {
    case "torchscript":
      throw contradiction(hints, "no ZIP archive, which every TorchScript file is");
    case "savedmodel":
      return await savedModel(model, {
        others: new Map([["saved_model.pb", path]]),
        format: declared!,
      }, files);
    case "plan":
      return { format: declared!, files: { main: path, others: new Map() }, told: undefined };
    case "onnx":
      return await onnxModel(model, files);
    case undefined:
      return await onnxModel(model, files).catch((error) => {
        throw error instanceof UserError ? unknownFormat(hints.name) : error;
      });
  }
}

async function savedModel(
  model: ModelFile,
  { others, format }: { readonly others: ModelFiles["others"]; readonly format: Format },
  files: Files,
): Promise<SourceModel> {
  const { told } = await readModelFile(model, { format, files });
  return { format, files: { others }, told };
}

async function onnxModel(model: ModelFile, files: Files): Promise<SourceModel> {
  const { told, externalData, problems } = await readModelFile(model, { format: "onnx", files });
  if (problems.length > 0) throw new UserError(problems);
  return { format: "onnx", files: { main: model.path, others: externalData }, told };
}

function wrongKind({ name }: SourceHints, kind: Kind): UserError {
  return new UserError({
    where: name,
    what: `is ${KIND_WORDS[kind]}`,
    hint: isTarKind(kind)
      ? "an archive within an archive is not unpacked: pack the model's file or directory itself"
      : "check what the model URI delivers, for example with curl",
  });
}

function contradiction({ name, format }: SourceHints, what: string): UserError {
  const declared = format ? `model_format is ${format}` : "its name says otherwise";
  return new UserError({
    where: name,
    what: `is ${what}, but ${declared}`,
    hint: "correct the name or `model_format`",
  });
}

function unknownFormat(name: string): UserError {
  return new UserError({
    where: "--model-format",
    what: `neither the name nor the bytes tell the format of \`${name}\``,
    hint: `give \`--model-format\`, or a file name that ends in ${MODEL_SUFFIXES.join(", ")}`,
  });
}
