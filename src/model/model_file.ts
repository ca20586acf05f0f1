/** What does this model file say? One answer for all who ask, whatever its format. */

import type { Problem } from "../errors.ts";
import type { Files } from "../world.ts";
import { findExternalData } from "./external_data.ts";
import { type Format, formatFacts } from "./format.ts";
import { readOnnx } from "./onnx.ts";
import { readSavedModel } from "./saved_model.ts";
import type { ToldSignature } from "./tensor.ts";

export interface ModelFile {
  /** Of a SavedModel, its saved_model.pb. */
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
}

export interface ToldModel {
  /** Undefined when the format does not tell. */
  readonly told: ToldSignature | undefined;
  /** Files beside the model that hold its tensors: path in its folder → where they really are. */
  readonly externalData: ReadonlyMap<string, string>;
  /** What is wrong with these files. */
  readonly problems: readonly Problem[];
}

/** @throws UserError when the file is not of this format, or Triton cannot serve it */
export async function readModelFile(
  { path, name }: ModelFile,
  { format, files }: { readonly format: Format; readonly files: Files },
): Promise<ToldModel> {
  const alone = { externalData: new Map<string, string>(), problems: [] };
  const { backend } = formatFacts(format);
  if (backend !== "onnxruntime" && backend !== "tensorflow") return { told: undefined, ...alone };
  const file = await files.open(path);
  try {
    if (backend === "tensorflow") return { told: await readSavedModel(file, name), ...alone };
    const { externalData: locations, inputs, outputs } = await readOnnx(file, name);
    const { files: externalData, problems } = await findExternalData(
      { path, name, locations },
      files,
    );
    return { told: { inputs, outputs }, externalData, problems };
  } finally {
    file.close();
  }
}
