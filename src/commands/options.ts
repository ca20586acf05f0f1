/** The flags and options of each verb. */

import {
  installOptions,
  preflightOption,
  secretFlags,
  targetOptions,
  testFlags,
  waitOptions,
} from "../config/cluster_options.ts";
import type { Options } from "../config/option.ts";
import { configOptions } from "../config/schema.ts";
import {
  buildFlags,
  commonOptions,
  createFlags,
  deployFlags,
  dryRunOption,
  evaluateFlags,
  fileOption,
  lintFlags,
  outputOption,
  pushFlags,
  rankFlag,
} from "../config/verb_options.ts";

export const createOptions = {
  ...fileOption,
  ...configOptions,
  ...createFlags,
  ...dryRunOption,
  ...outputOption,
  ...commonOptions,
};
export const lintOptions = { ...lintFlags, ...targetOptions, ...outputOption, ...commonOptions };
export const buildOptions = { ...buildFlags, ...rankFlag, ...dryRunOption, ...commonOptions };
export const pushOptions = { ...pushFlags, ...rankFlag, ...dryRunOption, ...commonOptions };
export const installVerbOptions = {
  ...rankFlag,
  ...installOptions,
  ...waitOptions,
  ...preflightOption,
  ...targetOptions,
  ...dryRunOption,
  ...commonOptions,
};
export const secretOptions = {
  ...secretFlags,
  ...targetOptions,
  ...dryRunOption,
  ...commonOptions,
};
export const testOptions = {
  ...rankFlag,
  image: installOptions.image,
  pull_secret: installOptions.pull_secret,
  timeout: {
    ...waitOptions.timeout,
    description: "How long to wait. Default: the chart's deadline.",
  },
  threshold: configOptions.threshold,
  ...testFlags,
  ...targetOptions,
  ...commonOptions,
};
export const statusOptions = { ...rankFlag, ...outputOption, ...targetOptions, ...commonOptions };
export const uninstallOptions = { ...rankFlag, ...targetOptions, ...commonOptions };
/** Those of the verbs that it runs, but for what it decides itself. */
export const upOptions = without(
  {
    ...createOptions,
    ...buildOptions,
    ...installVerbOptions,
    ...testFlags,
    ...pushOptions,
    model_uri: configOptions.model_uri,
  },
  ["all_variants", "dry_run", "keep", "output", "tag", "wait"],
);

function without<O extends Options, K extends keyof O>(
  options: O,
  keys: readonly K[],
): Omit<O, K> {
  const left = { ...options };
  for (const key of keys) delete left[key];
  return left;
}

export const doctorOptions = { ...outputOption, ...targetOptions, ...commonOptions };
export const versionOptions = { ...outputOption, ...commonOptions };
export const deployOptions = {
  ...fileOption,
  ...deployFlags,
  ...configOptions,
  model_uri: { ...configOptions.model_uri, env: "MODEL_URI" },
  output: {
    ...outputOption.output,
    description:
      "What stdout gets: the path of the model, or all that is said as JSON, an object a line.",
  },
  ...commonOptions,
};
export const evaluateOptions = {
  ...fileOption,
  ...evaluateFlags,
  ...configOptions,
  ...commonOptions,
};
export const schemaOptions = commonOptions;
export const completionOptions = commonOptions;
