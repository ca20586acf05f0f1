/** Flags of the verbs that talk to an image registry or to the cluster. */

import * as v from "valibot";
import { image } from "./image_options.ts";
import { option } from "./option.ts";
import { choice, flag, integer, modelUri, pattern, sha256, text } from "./value.ts";

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const label = () => pattern(LABEL, "must be a Kubernetes name: a-z, 0-9 and `-`, at most 63");
export const secretName = () => pattern(SUBDOMAIN, "must be the name of a Kubernetes secret");

/** A host as `docker login` takes it, with Docker's own names for its Hub. */
const registry = () =>
  pattern(/^[A-Za-z0-9.-]+(:\d+)?$/, "must be a host, with its port if it has one of its own");

/** 90s, 20m, 1h30m as Helm takes them, or whole seconds. */
const duration = () =>
  pattern(/^(\d+|(\d+h)?(\d+m)?(\d+s)?)$/, "must be a duration like 90s, 20m or 1h30m");

/** Helm takes these away before a plugin sees them and hands them over as HELM_*. */
export const targetOptions = {
  namespace: option("text", v.optional(label()), {
    description: "Namespace of the release.",
    group: "Cluster",
    placeholder: "NAME",
    short: "n",
    flagOnly: true,
  }),
  kube_context: option("text", v.optional(text()), {
    description: "Context of the kubeconfig file to use.",
    group: "Cluster",
    placeholder: "NAME",
    flagOnly: true,
  }),
  kubeconfig: option("text", v.optional(text()), {
    description: "Path to the kubeconfig file.",
    group: "Cluster",
    placeholder: "FILE",
    flagOnly: true,
  }),
};

/** `auto` is what the cluster has. */
export const MIG_STRATEGIES = ["none", "single", "mixed", "auto"] as const;

export const installOptions = {
  image: option("text", v.optional(image()), {
    description: "Deployer image. Default: the one that `push` pushed last.",
    group: "Release",
    placeholder: "IMAGE",
    flagOnly: true,
  }),
  model_uri: option("text", v.optional(modelUri()), {
    description: "Where the cluster downloads the model from. Default: what the chart says.",
    group: "Release",
    placeholder: "URI",
    flagOnly: true,
  }),
  model_sha256: option("text", v.optional(sha256()), {
    description: "SHA-256 of the object at the model URI; anything else is refused.",
    group: "Release",
    placeholder: "HEX",
    flagOnly: true,
  }),
  replicas: option("integer", v.optional(integer(0)), {
    description: "Number of pods that serve the model.",
    group: "Release",
    placeholder: "N",
    flagOnly: true,
  }),
  pull_secret: option("text", v.optional(secretName()), {
    description: "Secret for the private registry of the images.",
    group: "Release",
    placeholder: "NAME",
    flagOnly: true,
  }),
  aws_secret: option("text", v.optional(secretName()), {
    description: "Secret with the keys of a model in S3.",
    group: "Release",
    placeholder: "NAME",
    flagOnly: true,
  }),
  azure_secret: option("text", v.optional(secretName()), {
    description: "Secret with the connection string of a model in Azure.",
    group: "Release",
    placeholder: "NAME",
    flagOnly: true,
  }),
  gcs_secret: option("text", v.optional(secretName()), {
    description: "Secret with the key file of a model in Google Cloud Storage.",
    group: "Release",
    placeholder: "NAME",
    flagOnly: true,
  }),
  mig: option("text", v.optional(choice(MIG_STRATEGIES)), {
    description:
      "MIG strategy of the cluster, or auto to look; says the device anew. Default: what the values say.",
    group: "GPU",
    placeholder: "STRATEGY",
    flagOnly: true,
  }),
  mig_profile: option(
    "text",
    v.optional(
      pattern(/^(mig-)?\d+g\.\d+gb([.+]me)?$/, "must be a MIG profile like 1g.5gb"),
    ),
    {
      description: "MIG profile to run on. Default: the only one that the cluster has.",
      group: "GPU",
      placeholder: "PROFILE",
      flagOnly: true,
    },
  ),
  gpu_product: option("text", v.optional(text()), {
    description: "Value of the label nvidia.com/gpu.product on the nodes to run on.",
    group: "GPU",
    placeholder: "PRODUCT",
    flagOnly: true,
  }),
  gpu_limit: option("integer", v.optional(integer(0, 64)), {
    description: "Number of GPUs for each pod; 0 serves on the CPU.",
    group: "GPU",
    placeholder: "N",
    flagOnly: true,
  }),
};

export const preflightOption = {
  skip_preflight: option("boolean", v.optional(flag(), false), {
    description: "Install without looking first whether the cluster can take it.",
    group: "Release",
    flagOnly: true,
  }),
};

export const waitOptions = {
  wait: option("boolean", v.optional(flag()), {
    description: "Wait until the model is served, or say why it is not.",
    group: "Release",
    flagOnly: true,
  }),
  timeout: option("text", v.optional(duration()), {
    description: "How long to wait. Default: as long as the values allow.",
    group: "Release",
    placeholder: "DURATION",
    flagOnly: true,
  }),
};

export const secretFlags = {
  from_file: option("text", v.optional(text("must be a path")), {
    description: "File with the credentials, - for stdin. Default: what the environment says.",
    group: "Credentials",
    placeholder: "FILE",
    flagOnly: true,
  }),
  registry: option("text", v.optional(registry()), {
    description: "Registry that the password is for. Default: the only one in FILE.",
    group: "Credentials",
    placeholder: "HOST",
    flagOnly: true,
  }),
  username: option("text", v.optional(pattern(/^[^:\x00-\x20\x7f]+$/, "must be a user's name")), {
    description: "User of the registry. FILE then holds the password, else Docker's configuration.",
    group: "Credentials",
    placeholder: "NAME",
    flagOnly: true,
  }),
};

export const testFlags = {
  report: option("text", v.optional(text("must be a path")), {
    description:
      "Folder for report.json, report.csv and report.html. Default: `navigator_workspace/reports/RELEASE`.",
    group: "Load test",
    placeholder: "DIR",
    flagOnly: true,
  }),
  keep: option("boolean", v.optional(flag()), {
    description: "Leave the tester's release in the cluster.",
    group: "Release",
    flagOnly: true,
  }),
};
