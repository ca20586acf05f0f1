/** The MIG and GPU flags of `install` as values of the chart. */

import type { MIG_STRATEGIES } from "../config/cluster_options.ts";
import type { Problem } from "../errors.ts";

export interface GpuFlags {
  readonly mig?: typeof MIG_STRATEGIES[number] | undefined;
  readonly mig_profile?: string | undefined;
  readonly gpu_product?: string | undefined;
  readonly gpu_limit?: number | undefined;
}

export interface GpuValues {
  limit?: number;
  product?: string | null;
  mig?: string | null;
}

export interface GpuPlan {
  readonly values: GpuValues;
  readonly problems: readonly Problem[];
}

/** Strategies: https://docs.nvidia.com/datacenter/cloud-native/kubernetes/latest/index.html */
export function planGpu(flags: GpuFlags): GpuPlan {
  const { mig, gpu_product: product, gpu_limit: limit } = flags;
  const profile = flags.mig_profile?.replace(/^mig-/, "").replace(".me", "+me");
  // A label's value cannot hold a plus sign.
  const label = profile?.replace("+", ".");
  const problems: Problem[] = [];
  const values: GpuValues = {
    // A strategy says the device anew: a product of the one before may name a partition.
    ...(product === undefined && mig === undefined ? {} : { product: product ?? null }),
    ...(limit === undefined ? {} : { limit }),
  };
  const partitioned = mig === "single" || mig === "mixed";
  if (partitioned && limit !== undefined && limit !== 1) {
    problems.push({
      where: "--gpu-limit",
      what: `${limit} cannot be combined with MIG: Triton always runs on a single partition`,
      hint: "leave out `--gpu-limit`",
    });
  }
  if (profile !== undefined && !partitioned) {
    problems.push({
      where: "--mig-profile",
      what: "needs the cluster's MIG strategy",
      hint: "give `--mig single` or `--mig mixed`",
    });
  }
  switch (mig) {
    case "none":
      if (product?.includes("-MIG-")) {
        const what = `\`${product}\` is a partition, but --mig is none`;
        problems.push({ where: "--gpu-product", what, hint: "give `--mig single`" });
      }
      values.mig = null;
      break;
    case "single":
      values.limit = 1;
      values.mig = null;
      if (product?.includes("-MIG-")) values.product = product;
      else if (product && label) values.product = `${product}-MIG-${label}`;
      else {
        problems.push({
          where: "--mig",
          what: "single needs the product and the profile of the partition",
          hint:
            "give `--gpu-product A100-SXM4-40GB --mig-profile 1g.5gb`, as the nodes' label nvidia.com/gpu.product says",
        });
      }
      break;
    case "mixed":
      values.limit = 1;
      if (profile) values.mig = `mig-${profile}`;
      else {
        problems.push({
          where: "--mig",
          what: "mixed needs the profile of the partition",
          hint:
            "give `--mig-profile 1g.5gb`; the nodes' resources nvidia.com/mig-… name what there is",
        });
      }
  }
  return { values, problems };
}
