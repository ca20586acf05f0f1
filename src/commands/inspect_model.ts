/** What `create` learns from the model file, when it is there: contradictions and gaps, early. */

import type { Config } from "../config/schema.ts";
import { onDisk } from "../deployer/disk_error.ts";
import { UserError } from "../errors.ts";
import type { Variant } from "../plan/variant.ts";
import { carriesSecret, redactUri } from "../text/clean.ts";
import type { PathKind, World } from "../world.ts";

export async function inspectModel(config: Config, variant: Variant, world: World): Promise<void> {
  const path = config.model_path!;
  const warn = (text: string) => world.streams.err(`warning: ${text}`);
  const kind = await kindOf(path, world);
  if (kind === undefined) warn(`${path} is not there: its signature is read in the cluster`);
  if (variant.source === "torchscript" && !(config.inputs && config.outputs)) {
    warn(
      "a .pt file holds no shapes: Triton's pytorch backend needs --inputs and --outputs, " +
        "or deployer.inputs and deployer.outputs at install",
    );
  }
  if (config.model_uri !== undefined && carriesSecret(config.model_uri)) {
    warn(
      `${
        redactUri(config.model_uri)
      } may carry a signature or a password, so it is left out of the ` +
        "chart: give it to install with --model-uri",
    );
  }
  if (kind === "file" || kind === "directory") {
    await onDisk(`read ${path}`, () => checkModel({ config, variant, kind }, world));
  }
}

/** Of what a link leads to. */
async function kindOf(path: string, { files }: World): Promise<PathKind | undefined> {
  const real = await files.realPath(path).catch(() => undefined);
  return real === undefined ? undefined : await files.kind(real);
}

interface Found {
  readonly config: Config;
  readonly variant: Variant;
  readonly kind: "file" | "directory";
}

async function checkModel({ config, variant, kind }: Found, { files }: World): Promise<void> {
  const [{ readModelFile }, { checkSignature, joinSignatures }, { mainFile, modelInFolder }] =
    await Promise.all([
      import("../model/model_file.ts"),
      import("../triton/signature.ts"),
      import("../deployer/model_folder.ts"),
    ]);
  const model = { path: config.model_path!, name: config.model_path! };
  const opened = kind === "file"
    ? model
    : mainFile(await modelInFolder(model.path, { ...model, files }));
  const { told, problems: data } = await readModelFile(opened, { format: variant.source, files });
  if (told === undefined) return;
  const { signature, problems } = joinSignatures(config, told);
  const use = { format: variant.target, batching: config.batching };
  const all = [...problems, ...data, ...checkSignature(signature, use)];
  if (all.length > 0) throw new UserError(all);
}
