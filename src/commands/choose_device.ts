/** The flags about the device, with what they leave open decided: by the cluster, else by the user. */

import type { GpuFlags } from "../cluster/gpu.ts";
import { completed, fitting, isOpen } from "../cluster/gpu_choice.ts";
import {
  type GpuOffer,
  gpuOffers,
  offerFlags,
  offersHint,
  printOffers,
} from "../cluster/gpu_offers.ts";
import type { KubeNode } from "../cluster/kube_node.ts";
import { isInReach } from "../cluster/placement.ts";
import type { PodSpec } from "../cluster/pod_spec.ts";
import { readUsed } from "../cluster/room.ts";
import { CheckError, ToolError } from "../errors.ts";
import type { KubeApi, World } from "../world.ts";

export interface Choice {
  readonly flags: GpuFlags;
  readonly nodes: readonly KubeNode[] | undefined;
  /** Whatever device it asks for. */
  readonly pod: PodSpec;
}

export async function chooseDevice(
  api: KubeApi,
  { flags, nodes, pod }: Choice,
  world: World,
): Promise<GpuFlags> {
  if (!isOpen(flags)) return flags;
  if (nodes === undefined) {
    throw new ToolError("your account may not list the cluster's nodes, which tell its GPUs", {
      hint: "name the device with --mig, --gpu-product and --mig-profile",
    });
  }
  const near = nodes.filter((node) => isInReach(pod, node));
  const offers = gpuOffers(near, undefined);
  const fits = fitting(flags, offers);
  if (fits.length === 0) throw noneFits(flags, offers, near);
  const offer = fits.length === 1
    ? fits[0]!
    : await letUserChoose(api, { flags, fits, near }, world);
  world.streams.err(`device: ${offerFlags(offer)}`);
  return completed(flags, offer);
}

function noneFits(flags: GpuFlags, offers: readonly GpuOffer[], nodes: readonly KubeNode[]) {
  const what = "no node of the cluster offers such a device";
  return new CheckError({ where: `--mig ${flags.mig}`, what, hint: offersHint(offers, nodes) });
}

interface Several {
  readonly flags: GpuFlags;
  readonly fits: readonly GpuOffer[];
  readonly near: readonly KubeNode[];
}

/** Nodes beyond this number are not asked what is free on them. */
const MANY = 64;

async function letUserChoose(
  api: KubeApi,
  { flags, fits, near }: Several,
  world: World,
): Promise<GpuOffer> {
  const resources = new Set(fits.map(({ resource }) => resource));
  const names = near.filter(({ allocatable }) =>
    Object.keys(allocatable).some((name) => resources.has(name))
  ).map(({ name }) => name);
  const used = names.length <= MANY ? await readUsed(api, names) : undefined;
  const counted = fitting(flags, gpuOffers(near, used));
  const table = printOffers(counted);
  const lines = table.split("\n").map((line, i) => `${i === 0 ? " " : i} ${line}`);
  world.streams.err(world.streams.terminal ? lines.join("\n") : table);
  const answer = await world.streams.ask(`Which one (1 to ${counted.length})? `);
  const chosen = counted[Number(answer) - 1];
  if (chosen !== undefined) return chosen;
  throw new CheckError({
    where: `--mig ${flags.mig}`,
    what: `the cluster offers ${counted.length} devices that fit`,
    hint: `name one, for example ${offerFlags(counted[0]!)}`,
  });
}
