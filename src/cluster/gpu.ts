/** The MIG and GPU flags of `install` as values of the chart. */

import type { MIG_STRATEGIES } from "../config/cluster_options.ts";
import type { Problem } from "../errors.ts";

export interface GpuFlags {
  readonly mig?: typeof MIG_STRATEGIES[number] | undefined;
  readonly mig_profile?: string | undefined;
  readonly gpu_product?: string | undefined;
  readonly gpu_limit?: number | undefined;
  /** What the cluster calls a whole GPU, or a partition with strategy `single`. */
  readonly gpu_resource?: string | undefined;
}

export interface GpuValues {
  readonly limit?: number;
  readonly product?: string | null;
  readonly mig?: string | null;
  readonly resource?: string;
}

export interface GpuPlan {
  readonly values: GpuValues;
  readonly problems: readonly Problem[];
}

/** What is said of the device, in the two forms that a profile has. */
interface Device extends GpuFlags {
  /** As a resource: `1g.10gb+me`. */
  readonly profile: string | undefined;
  /** As a label, whose value cannot hold a plus sign: `1g.10gb.me`. */
  readonly label: string | undefined;
  /** What `--gpu-product` says behind -MIG-. */
  readonly partition: string | undefined;
}

/** Strategies: https://docs.nvidia.com/datacenter/cloud-native/kubernetes/latest/index.html */
export function planGpu(flags: GpuFlags): GpuPlan {
  const profile = flags.mig_profile?.replace(/^mig-/, "").replace(".me", "+me");
  const label = profile?.replace("+", ".");
  const partition = /-MIG-(.*)$/.exec(flags.gpu_product ?? "")?.[1];
  const device = { ...flags, profile, label, partition };
  return { values: gpuValues(device), problems: gpuProblems(device) };
}

function gpuValues(device: Device): GpuValues {
  const { gpu_resource: resource } = device;
  return { ...strategyValues(device), ...(resource === undefined ? {} : { resource }) };
}

function strategyValues(device: Device): GpuValues {
  const { mig, gpu_product: product, gpu_limit: limit, profile, label, partition } = device;
  switch (mig) {
    // What it leaves open, the cluster has not said yet.
    case "auto":
    case undefined:
      return {
        ...(product === undefined ? {} : { product }),
        ...(limit === undefined ? {} : { limit }),
      };
    // A strategy says the device anew: a product of the one before may name a partition.
    case "none":
      return { product: product ?? null, ...(limit === undefined ? {} : { limit }), mig: null };
    case "single": {
      const whole = partition === undefined && label !== undefined;
      return {
        product: product && whole ? `${product}-MIG-${label}` : product ?? null,
        limit: 1,
        mig: null,
      };
    }
    case "mixed":
      return { product: product ?? null, limit: 1, ...(profile ? { mig: `mig-${profile}` } : {}) };
  }
}

/** What follows -MIG- in a node's label, which says INVALID where its GPUs are not alike. */
const PARTITION = /^(\d+g\.\d+gb([-.][a-z]+)*)(-SHARED)?$/;

function gpuProblems(device: Device): Problem[] {
  const { mig, gpu_product: product, gpu_limit: limit, profile, label, partition } = device;
  const problems: Problem[] = [];
  const say = (where: string, what: string, hint: string) => problems.push({ where, what, hint });
  const partitioned = mig === "single" || mig === "mixed";
  if ((partitioned || partition !== undefined) && limit !== undefined && limit !== 1) {
    const what = `${limit} cannot be combined with MIG: Triton always runs on a single partition`;
    say("--gpu-limit", what, "leave out `--gpu-limit`");
  }
  if (profile !== undefined && !partitioned && mig !== "auto") {
    const what = "needs the cluster's MIG strategy";
    say("--mig-profile", what, "give `--mig single`, `--mig mixed` or `--mig auto`");
  }
  if (partition !== undefined) {
    const named = PARTITION.exec(partition)?.[1];
    if (named === undefined) {
      const what = `\`${product}\` names no partition behind -MIG-`;
      say("--gpu-product", what, "give the label of a node, like A100-SXM4-40GB-MIG-1g.5gb");
    } else if (mig === "none" || mig === "mixed") {
      const what = `\`${product}\` is a partition as strategy single has them, not ${mig}`;
      say("--gpu-product", what, "give `--mig single`, or leave out -MIG- and what follows it");
    } else if (mig === "single" && label !== undefined && label !== named) {
      const what = `is ${profile}, but --gpu-product names the partition ${named}`;
      say(
        "--mig-profile",
        what,
        "leave out one of them: the profile, or -MIG- and what follows it",
      );
    }
  }
  if (mig === "auto" && limit === 0) {
    say("--gpu-limit", "0 is for the CPU, where there is no partition", "leave out `--mig`");
  }
  return problems;
}
