/** Conversions as the deployer plans them, from the words of flags. */

import type { Conversion } from "../../src/deployer/convert/converters/conversion.ts";
import type { Config } from "../../src/config/schema.ts";
import { planVariants } from "../../src/plan/variant.ts";
import { quoteCommand } from "../../src/text/quote.ts";
import type { ToolCommand } from "../../src/world.ts";
import { byFlag, configFrom, type Flags } from "./settings.ts";

export const SIGNATURE_FLAGS: Flags = {
  inputs: ["image:-1,3,-1:float32", "label:-1:int64"],
  outputs: ["scores:-1,4:float32"],
  max_shapes: ["image=8,3,9", "label=8"],
  max_batch_size: "8",
};

/** The last step of the first variant, with every input of the flags. */
export function conversionFrom(
  flags: Flags,
  { bytes = 1, tensorrt }: { readonly bytes?: number; readonly tensorrt?: string } = {},
): Conversion {
  const config: Config = configFrom({ ...SIGNATURE_FLAGS, ...flags });
  const variant = planVariants(config, { where: byFlag }).variants[0]!;
  const { from, to } = variant.steps.at(-1)!;
  const { inputs = [], outputs = [] } = config;
  return {
    config,
    variant,
    model: { format: from, path: "/w/source/model", bytes, signature: { inputs, outputs } },
    output: `/w/${to}/model`,
    scripts: "/w/scripts",
    tensorrt,
  };
}

export function printed({ program, args, env }: ToolCommand): string {
  return quoteCommand(program, args, env ? { env } : {});
}
