/** What the model file says against the configuration: contradictions and gaps, early. */

import type { Config } from "../config/schema.ts";
import type { Problem } from "../errors.ts";
import { findExternalData } from "../model/external_data.ts";
import { readOnnx } from "../model/onnx.ts";
import { profileProblems } from "../plan/profile.ts";
import type { VariantPlan } from "../plan/variant.ts";
import { checkSignature, joinSignatures } from "../triton/signature.ts";
import type { World } from "../world.ts";

/** @throws UserError when the file is not what it should be */
export async function modelProblems(
  config: Config,
  { variants }: VariantPlan,
  { files }: World,
): Promise<readonly Problem[]> {
  const path = config.model_path!;
  if (variants[0]?.source !== "onnx" || await files.kind(path) !== "file") return [];
  const file = await files.open(path);
  try {
    const told = await readOnnx(file, path);
    const { signature, problems } = joinSignatures(config, told);
    const { problems: data } = await findExternalData(
      { path, name: path, locations: told.externalData },
      files,
    );
    const uses = variants.flatMap(({ target, steps }) => [
      ...checkSignature(signature, { format: target, batching: config.batching }),
      ...(steps.some(({ to }) => to === "trt")
        ? profileProblems(config, signature.inputs ?? [])
        : []),
    ]);
    return distinct([...problems, ...data, ...uses]);
  } finally {
    file.close();
  }
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  const texts = problems.map(({ where, what }) => `${where}: ${what}`);
  return problems.filter((_, index) => texts.indexOf(texts[index]!) === index);
}
