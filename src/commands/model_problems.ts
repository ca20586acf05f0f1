/** What the model file says against the configuration: contradictions and gaps, early. */

import type { Config } from "../config/schema.ts";
import { onDisk } from "../deployer/disk_error.ts";
import { mainFile, modelInFolder } from "../deployer/model_folder.ts";
import type { Problem } from "../errors.ts";
import { type ModelFile, readModelFile } from "../model/model_file.ts";
import { conversionProblems } from "../plan/conversion_problems.ts";
import type { VariantPlan } from "../plan/variant.ts";
import { checkSignature, joinSignatures } from "../triton/signature.ts";
import type { Files, World } from "../world.ts";

/** @throws UserError when the file is not what it should be */
export async function modelProblems(
  config: Config,
  { variants }: VariantPlan,
  { files }: World,
): Promise<readonly Problem[]> {
  const path = config.model_path!;
  const format = variants[0]?.source;
  if (format === undefined) return [];
  const { told, problems: data } = await onDisk(`read ${path}`, async () => {
    const model = await findModel(path, files);
    return model ? await readModelFile(model, { format, files }) : NOTHING;
  });
  if (told === undefined && !(config.inputs && config.outputs)) return [];
  const { signature, problems } = joinSignatures(config, told);
  const { batching, container_version: containerVersion } = config;
  const uses = variants.flatMap((variant) => [
    ...checkSignature(signature, { format: variant.target, batching, containerVersion }),
    ...conversionProblems(config, variant, signature),
  ]);
  return distinct([...problems, ...data, ...uses]);
}

const NOTHING = { told: undefined, problems: [] };

/** Undefined when nothing is there that holds a model; a link is followed. */
async function findModel(path: string, files: Files): Promise<ModelFile | undefined> {
  const real = await files.realPath(path).catch(() => undefined);
  const kind = real === undefined ? undefined : await files.kind(real);
  if (kind === "directory") return mainFile(await modelInFolder(path, { name: path, files }));
  return kind === "file" ? { path, name: path } : undefined;
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  const texts = problems.map(({ where, what }) => `${where}: ${what}`);
  return problems.filter((_, index) => texts.indexOf(texts[index]!) === index);
}
