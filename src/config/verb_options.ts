/** Flags that are no options of the YAML file, verb by verb. */

import * as v from "valibot";
import { BUILDERS, taggedImage } from "./image_options.ts";
import { option } from "./option.ts";
import { choice, flag, integer, nonEmpty, pattern, sha256, text } from "./value.ts";

const PLATFORM = /^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/;
const BUILD_ARGUMENT = /^[A-Za-z_]\w*(=.*)?$/s;

export const commonOptions = {
  verbose: option("boolean", v.optional(flag(), false), {
    description: "Show the commands that are run.",
    group: "Output",
    short: "v",
  }),
};

export const fileOption = {
  config_path: option("text", v.optional(text("must be a path")), {
    description: "YAML file with the same options, written with `_`; flags win over it.",
    group: "Configuration",
    placeholder: "FILE",
    flagOnly: true,
  }),
};

export const outputOption = {
  output: option("text", v.optional(choice(["text", "json"] as const), "text"), {
    description: "Form of the result on stdout.",
    group: "Output",
    placeholder: "FORM",
    flagOnly: true,
  }),
};

export const dryRunOption = {
  dry_run: option("boolean", v.optional(flag(), false), {
    description: "Print what would be done, and do nothing.",
    group: "Output",
    flagOnly: true,
  }),
};

export const createFlags = {
  all_variants: option("boolean", v.optional(flag(), false), {
    description:
      "One chart for each combination of formats, opsets and precisions, and not only the first.",
    group: "Charts",
    flagOnly: true,
  }),
  no_lint: option("boolean", v.optional(flag(), false), {
    description: "Leave out `helm lint`.",
    group: "Charts",
    flagOnly: true,
  }),
};

export const rankFlag = {
  rank: option("integer", v.optional(integer(1)), {
    description: "The chart that `create --results` put in this place; CHART is then their folder.",
    group: "Charts",
    placeholder: "N",
    flagOnly: true,
  }),
};

export const lintFlags = {
  strict: option("boolean", v.optional(flag(), false), {
    description: "Count warnings as errors.",
    group: "Checks",
    flagOnly: true,
  }),
  server: option("boolean", v.optional(flag(), false), {
    description: "Ask the cluster too, by a dry run on its server.",
    group: "Checks",
    flagOnly: true,
  }),
};

const builderFlag = {
  builder: option("text", v.optional(choice(BUILDERS)), {
    description: "The tool to use. Default: the one that built it, else the first that works.",
    group: "Image",
    placeholder: "TOOL",
    flagOnly: true,
  }),
};

export const buildFlags = {
  tag: option("text", v.optional(taggedImage()), {
    description: "Name of the image. Default: the chart's name and version.",
    group: "Image",
    placeholder: "IMAGE",
    flagOnly: true,
  }),
  builder: {
    ...builderFlag.builder,
    description: "The tool that builds. Default: the first that works.",
  },
  platform: option("text", v.optional(pattern(PLATFORM, "must be a platform like linux/amd64")), {
    description: "Platform of the image. Default: this machine's.",
    group: "Image",
    placeholder: "OS/ARCH",
    flagOnly: true,
  }),
  build_arg: option("texts", v.optional(nonEmpty(pattern(BUILD_ARGUMENT, "must be NAME=VALUE"))), {
    description: "Argument of the Dockerfile; without `=VALUE` it comes from the environment.",
    group: "Image",
    placeholder: "NAME=VALUE",
    flagOnly: true,
  }),
  pull: option("boolean", v.optional(flag(), false), {
    description: "Ask the registry for newer base images.",
    group: "Image",
    flagOnly: true,
  }),
  no_cache: option("boolean", v.optional(flag(), false), {
    description: "Build every step anew.",
    group: "Image",
    flagOnly: true,
  }),
  ca_certificate: option("text", v.optional(text("must be a path")), {
    description: "PEM file of an authority that the build shall trust, such as a proxy's.",
    group: "Image",
    placeholder: "FILE",
    flagOnly: true,
  }),
};

export const pushFlags = {
  image: option("text", v.optional(taggedImage()), {
    description: "Where to push: registry/org/name:tag. Default: the name that was built.",
    group: "Image",
    placeholder: "IMAGE",
    flagOnly: true,
  }),
  ...builderFlag,
};

export const deployFlags = {
  model_repository: option("text", v.optional(text("must be a path")), {
    description: "Triton's model repository, where the model is placed.",
    group: "Deployer",
    placeholder: "DIR",
    flagOnly: true,
    env: "MODEL_REPOSITORY",
  }),
  model_sha256: option("text", v.optional(sha256()), {
    description: "SHA-256 of the object at the model URI; anything else is refused.",
    group: "Deployer",
    placeholder: "HEX",
    flagOnly: true,
    env: "MODEL_SHA256",
  }),
  work_dir: option("text", v.optional(text("must be a path")), {
    description: "Directory for the download. Default: beside the model repository.",
    group: "Deployer",
    placeholder: "DIR",
    flagOnly: true,
    env: "WORK_DIR",
  }),
};

export const evaluateFlags = {
  server_url: option("text", v.optional(text("must be a URL")), {
    description: "HTTP address of the Triton server.",
    group: "Load test",
    placeholder: "URL",
    flagOnly: true,
    env: "SERVER_URL",
  }),
};
