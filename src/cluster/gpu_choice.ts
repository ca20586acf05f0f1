/** The flags about the device, completed by what the cluster offers. */

import type { GpuFlags } from "./gpu.ts";
import type { GpuOffer } from "./gpu_offers.ts";

/** The flags leave something open that only the cluster can say. */
export function isOpen({ mig, mig_profile: profile, gpu_product: product }: GpuFlags): boolean {
  const named = product !== undefined && (profile !== undefined || product.includes("-MIG-"));
  return mig === "auto" || mig === "single" && !named || mig === "mixed" && profile === undefined;
}

/** Of what the cluster offers, what the flags allow. */
export function fitting(flags: GpuFlags, offers: readonly GpuOffer[]): readonly GpuOffer[] {
  const { mig, mig_profile, gpu_product, gpu_limit = 1 } = flags;
  const [product, partition] = gpu_product?.split("-MIG-") ?? [];
  const profile = asProfile(mig_profile ?? partition);
  return offers.filter((offer) =>
    (mig === undefined || mig === "auto" || offer.strategy === mig) &&
    (profile === undefined || offer.profile === profile) &&
    (product === undefined || offer.product === product.replace(/^NVIDIA-/, "")) &&
    (gpu_limit === 1 || offer.strategy === "none" && !offer.shared)
  );
}

/** As an offer has it. */
function asProfile(profile: string | undefined): string | undefined {
  return profile?.replace(/^mig-|-SHARED$/g, "").replace(".me", "+me");
}

/** What was left open is as the offer has it. */
export function completed(flags: GpuFlags, offer: GpuOffer): GpuFlags {
  const { strategy, label, product, profile, resource } = offer;
  const gpu_resource = strategy === "mixed" ? undefined : resource;
  const common = { ...flags, mig: strategy, gpu_resource };
  return strategy === "mixed"
    ? { ...common, gpu_product: flags.gpu_product ?? product, mig_profile: profile }
    : { ...common, gpu_product: label, mig_profile: undefined };
}
