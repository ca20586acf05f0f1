/** What `create` learns from the model file, when it is there: contradictions and gaps, early. */

import type { Config } from "../config/schema.ts";
import type { Variant } from "../plan/variant.ts";
import type { World } from "../world.ts";

export async function inspectModel(config: Config, variant: Variant, world: World): Promise<void> {
  const path = config.model_path!;
  const warn = (text: string) => world.streams.err(`warning: ${text}`);
  if (await world.files.kind(path) === undefined) {
    warn(`${path} is not there: its signature is read in the cluster`);
  } else if (variant.source === "torchscript" && !(config.inputs && config.outputs)) {
    warn(
      `a .pt file holds no shapes: Triton's pytorch backend needs \`--inputs\` and \`--outputs\` ` +
        `(or deployer.inputs and deployer.outputs at install)`,
    );
  }
}
