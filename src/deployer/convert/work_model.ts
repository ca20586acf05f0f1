/** A model between two tools: laid out under its usual name, or found where a tool wrote it. */

import { join } from "node:path";
import { ToolError, UserError } from "../../errors.ts";
import { type Format, formatFacts } from "../../model/format.ts";
import { readModelFile } from "../../model/model_file.ts";
import { readSignatureKey } from "../../model/saved_model.ts";
import type { Signature } from "../../model/tensor.ts";
import type { ModelFiles } from "../../triton/repository.ts";
import type { Files, FileTree } from "../../world.ts";
import type { WorkModel } from "./converters/conversion.ts";
import { filesIn } from "../model_folder.ts";
import type { SourceModel } from "../source_model.ts";

/** @param folder where it goes: nothing is there yet */
export async function layOut(
  { format, files: model }: SourceModel,
  { folder, signature, files }: {
    readonly folder: string;
    readonly signature: Signature;
    readonly files: Files;
  },
): Promise<WorkModel> {
  const { filename } = formatFacts(format);
  const inner = model.main === undefined ? `${filename}/` : "";
  const tree: FileTree = new Map([
    ...(model.main === undefined ? [] : [[filename, { linkTo: model.main }] as const]),
    ...[...model.others].map(([path, linkTo]) => [`${inner}${path}`, { linkTo }] as const),
  ]);
  await files.publish(await files.stage(new Map([[folder, tree]]), `${folder}.staged`));
  return {
    format,
    path: join(folder, filename),
    bytes: await sizeOf(model, files),
    signature,
    signatureKey: await signatureKey(model, files),
  };
}

async function signatureKey({ main, others }: ModelFiles, files: Files) {
  if (main !== undefined) return undefined;
  const file = await files.open(others.get("saved_model.pb")!);
  try {
    return await readSignatureKey(file, "saved_model.pb");
  } finally {
    file.close();
  }
}

export async function sizeOf({ main, others }: ModelFiles, files: Files): Promise<number> {
  let bytes = 0;
  for (const path of [...(main === undefined ? [] : [main]), ...others.values()]) {
    const file = await files.open(path);
    bytes += file.size;
    file.close();
  }
  return bytes;
}

/** What a tool wrote. */
export async function findResult(format: Format, path: string, files: Files): Promise<SourceModel> {
  const kind = await files.kind(path);
  if (kind === undefined) throw new ToolError(`the tool ended well, but wrote no ${path}`);
  if (kind === "directory") {
    const others = (await filesIn(path, files)).map((one) => [one, join(path, one)] as const);
    return { format, files: { others: new Map(others) }, told: undefined };
  }
  if (format !== "onnx") {
    return { format, files: { main: path, others: new Map() }, told: undefined };
  }
  const model = { path, name: "the converted model" };
  const { told, externalData, problems } = await readModelFile(model, { format, files });
  if (problems.length > 0) throw new UserError(problems);
  return { format, files: { main: path, others: externalData }, told };
}
