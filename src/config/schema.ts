/** All options of the YAML file, in documentation order, and the frozen result of reading them. */

import { chartOptions } from "./chart_options.ts";
import { conversionOptions } from "./conversion_options.ts";
import { datasetOptions } from "./dataset_options.ts";
import { deployerOptions } from "./deployer_options.ts";
import { imageOptions } from "./image_options.ts";
import { loadOptions } from "./load_options.ts";
import { modelOptions } from "./model_options.ts";
import type { Reader, Settings } from "./option.ts";
import { rankingOptions } from "./ranking_options.ts";
import { signatureOptions } from "./signature_options.ts";
import { tritonOptions } from "./triton_options.ts";
import { commonOptions } from "./verb_options.ts";

export const configOptions = {
  ...modelOptions,
  ...signatureOptions,
  ...chartOptions,
  ...imageOptions,
  ...conversionOptions,
  ...datasetOptions,
  ...tritonOptions,
  ...deployerOptions,
  ...loadOptions,
  ...rankingOptions,
  ...commonOptions,
};

export type ConfigKey = keyof typeof configOptions;

/** What the user asked for. `model_name` is always there; `model_path` when the verb demands it. */
export type Config = Omit<Settings<typeof configOptions>, "model_name"> & {
  readonly model_name: string;
};

/** A Config of which some values could not be read, or were not asked for. */
export type PartialConfig = { readonly [K in keyof Config]?: Config[K] | undefined };

/** The keys that one part in the cluster reads, in documentation order. */
export function keysOf(reader: Reader): readonly ConfigKey[] {
  return (Object.keys(configOptions) as ConfigKey[]).filter((key) =>
    configOptions[key].readers?.includes(reader)
  );
}
