/** What `create` learns from the model file, when it is there: contradictions and gaps, early. */

import type { Config } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import type { Variant } from "../plan/variant.ts";
import { carriesSecret, redactUri } from "../text/clean.ts";
import type { World } from "../world.ts";

export async function inspectModel(config: Config, variant: Variant, world: World): Promise<void> {
  const path = config.model_path!;
  const warn = (text: string) => world.streams.err(`warning: ${text}`);
  const kind = await world.files.kind(path);
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
  if (variant.source === "onnx" && kind === "file") await checkOnnx(config, variant, world);
}

async function checkOnnx(config: Config, variant: Variant, world: World): Promise<void> {
  const [{ readOnnx }, { findExternalData }, { checkSignature, joinSignatures }] = await Promise
    .all([
      import("../model/onnx.ts"),
      import("../model/external_data.ts"),
      import("../triton/signature.ts"),
    ]);
  const file = await world.files.open(config.model_path!);
  try {
    const told = await readOnnx(file, config.model_path!);
    const { signature, problems } = joinSignatures(config, told);
    const { problems: data } = await findExternalData(
      { path: config.model_path!, name: config.model_path!, locations: told.externalData },
      world.files,
    );
    const use = { format: variant.target, batching: config.batching };
    const all = [...problems, ...data, ...checkSignature(signature, use)];
    if (all.length > 0) throw new UserError(all);
  } finally {
    file.close();
  }
}
