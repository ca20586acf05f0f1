/** What the model file says against the configuration: contradictions and gaps, early. */

import type { Where } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { shapeProblems } from "../config/shape_rules.ts";
import { onDisk } from "../deployer/disk_error.ts";
import { mainFile, modelInFolder } from "../deployer/model_folder.ts";
import { openTorchScript } from "../deployer/torchscript.ts";
import { type Kind, KIND_WORDS, sniff, SNIFFED_BYTES } from "../deployer/unpack/sniff.ts";
import { type Problem, UserError } from "../errors.ts";
import { type Format, formatFacts } from "../model/format.ts";
import type { Forward } from "../model/forward.ts";
import { type ModelFile, readModelFile } from "../model/model_file.ts";
import { conversionProblems } from "../plan/conversion_problems.ts";
import type { VariantPlan } from "../plan/variant.ts";
import { forwardProblems } from "../triton/forward_problems.ts";
import { checkSignature, joinSignatures } from "../triton/signature.ts";
import type { Files, PathKind, World } from "../world.ts";

/** @throws UserError when the file is not what it should be */
export async function modelProblems(
  config: Config,
  { plan: { variants }, where }: { readonly plan: VariantPlan; readonly where: Where },
  { files }: World,
): Promise<readonly Problem[]> {
  const path = config.model_path!;
  const format = variants[0]?.source;
  if (format === undefined) return [];
  const { told, forward, problems: data } = await onDisk(`read ${path}`, async () => {
    const model = await findModel(path, files);
    if (model === undefined) return NOTHING;
    const forward = await lookInto(model, { format, files });
    return { ...await readModelFile(model, { format, files }), forward };
  });
  const calls = variants.flatMap(({ steps }) =>
    forwardProblems(forward, config, { file: path, isServed: steps.length === 0 })
  );
  if (told === undefined && !(config.inputs && config.outputs)) return distinct(calls);
  const { signature, problems } = joinSignatures(config, told);
  const { batching, container_version: containerVersion } = config;
  const uses = variants.flatMap((variant) => [
    ...checkSignature(signature, { format: variant.target, batching, containerVersion }),
    ...conversionProblems(config, variant, signature),
  ]);
  // Those that the options alone tell have been told; a broken signature lacks tensors.
  const said = shapeProblems(config, where).map(({ what }) => what);
  const shapes = (problems.length > 0 ? [] : shapeProblems({ ...config, ...signature }, where))
    .filter(({ what }) => !said.includes(what));
  return distinct([...problems, ...data, ...uses, ...calls, ...shapes]);
}

const NOTHING = { told: undefined, forward: undefined, problems: [] };

/** What stands at the end of all links. */
export async function kindBehind(path: string, files: Files): Promise<PathKind | undefined> {
  const real = await files.realPath(path).catch(() => undefined);
  return real === undefined ? undefined : await files.kind(real);
}

interface FoundFile extends ModelFile {
  /** By the user, and not found in a folder. */
  readonly isNamed: boolean;
}

/** Undefined when nothing is there that holds a model. */
async function findModel(path: string, files: Files): Promise<FoundFile | undefined> {
  const kind = await kindBehind(path, files);
  if (kind === "directory") {
    return { ...mainFile(await modelInFolder(path, { name: path, files })), isNamed: false };
  }
  return kind === "file" ? { path, name: path, isNamed: true } : undefined;
}

/**
 * @returns what a TorchScript file tells
 * @throws UserError when the file is an archive with the model in it, or something else altogether
 */
async function lookInto(
  { path, name, isNamed }: FoundFile,
  { format, files }: { readonly format: Format; readonly files: Files },
): Promise<Forward | undefined> {
  const isTorch = formatFacts(format).backend === "pytorch";
  if (!isNamed && !isTorch) return undefined;
  const file = await files.open(path);
  try {
    const kind = sniff(await file.readAt(0, SNIFFED_BYTES));
    // Every TorchScript file is one.
    if (isTorch && kind === "zip") {
      const opened = await openTorchScript(file, name);
      if (opened.kind !== "torchscript") throw notTheModel(path, kind);
      return opened.forward;
    }
    if (isNamed && kind !== "unknown") throw notTheModel(path, kind);
    return undefined;
  } finally {
    file.close();
  }
}

function notTheModel(path: string, kind: Kind): UserError {
  return new UserError({
    where: path,
    what: `is ${KIND_WORDS[kind]}, not the model itself`,
    hint: "give the path of the model; `--model-uri` may lead to an archive with it",
  });
}

export function distinct(problems: readonly Problem[]): readonly Problem[] {
  const texts = problems.map(({ where, what }) => `${where}: ${what}`);
  return problems.filter((_, index) => texts.indexOf(texts[index]!) === index);
}
