/** Rules about memory and disk. */

import { type ChartView, eachContainer, type Hit } from "./chart_view.ts";
import { parseQuantity, printBytes } from "../text/quantity.ts";
import type { Rule } from "./rule.ts";
import { tritonPods } from "./triton_pod.ts";

const SHM = "/dev/shm";

export const RESOURCE_RULES: readonly Rule[] = [
  {
    id: "memory-limit",
    severity: "warning",
    reason: "a container that eats up the node's memory takes the others with it",
    fix: "set resources.limits.memory",
    *check(chart) {
      for (const [{ resources, name, path, list }, { owner, spec }] of eachContainer(chart)) {
        const limit = resources?.limits?.memory ?? spec.resources?.limits?.memory;
        if (list === "ephemeralContainers" || limit !== undefined) continue;
        yield { object: owner, path: `${path}.resources.limits`, what: `${name} has no limit` };
      }
    },
  },
  {
    id: "unbounded-disk",
    severity: "note",
    reason: "one big download fills the node's disk, and Kubernetes evicts whom it finds there",
    fix: "set sizeLimit for the volume (`modelStorage.size`), or an ephemeral-storage limit",
    *check({ pods }) {
      for (const { owner, path, spec, containers } of pods) {
        // A Job ends, and gives its disk back.
        if (owner.kind === "Job" || owner.kind === "CronJob") continue;
        // The sum of what containers may use is the limit of the pod's volumes too.
        if (containers.some(({ resources }) => resources?.limits?.["ephemeral-storage"])) continue;
        const unbounded = (spec.volumes ?? []).filter(({ emptyDir }) =>
          emptyDir && emptyDir.medium !== "Memory" && emptyDir.sizeLimit === undefined
        );
        if (unbounded.length === 0) continue;
        const names = unbounded.map(({ name }) => name).join(", ");
        yield { object: owner, path: `${path}spec.volumes`, what: `${names} may grow for ever` };
      }
    },
  },
  {
    id: "shm-missing",
    severity: "warning",
    reason: "the container's default of 64 MiB is too small for backends and clients that share " +
      "tensors there",
    fix: `mount an emptyDir with medium Memory and a sizeLimit at ${SHM}`,
    *check(chart) {
      for (const { pod, server } of tritonPods(chart)) {
        if (server.volumeMounts?.some(({ mountPath }) => mountPath === SHM)) continue;
        const what = `nothing is mounted at ${SHM}`;
        yield { object: pod.owner, path: `${server.path}.volumeMounts`, what };
      }
    },
  },
  {
    id: "shm-unsized",
    severity: "warning",
    reason: "it may use up half of the node's memory",
    fix: "set sizeLimit",
    *check(chart) {
      for (const { hit, volume, size } of memoryVolumes(chart)) {
        if (size === undefined) yield { ...hit, what: `${volume} in memory has no sizeLimit` };
      }
    },
  },
  {
    id: "shm-over-memory",
    severity: "error",
    reason: "what is written there counts as the container's memory, which is killed for it",
    fix: "raise resources.limits.memory above sizeLimit and what the container needs itself",
    *check(chart) {
      for (const { hit, volume, size, limits } of memoryVolumes(chart)) {
        for (const [name, limit] of limits) {
          if (size === undefined || size < limit) continue;
          const what = `${volume} may hold ${printBytes(size)}, ${name} has ${printBytes(limit)}`;
          yield { ...hit, what };
        }
      }
    },
  },
];

interface MemoryVolume {
  readonly hit: Omit<Hit, "what">;
  readonly volume: string;
  readonly size: number | undefined;
  /** The containers that mount it, with their memory limits. */
  readonly limits: readonly (readonly [string, number])[];
}

function* memoryVolumes({ pods }: ChartView): Iterable<MemoryVolume> {
  for (const { owner, path, spec, containers } of pods) {
    for (const [i, { name = "", emptyDir }] of (spec.volumes ?? []).entries()) {
      if (emptyDir?.medium !== "Memory") continue;
      const limits = containers
        .filter(({ volumeMounts }) => volumeMounts?.some((mount) => mount.name === name))
        .map((c) => [c.name ?? "", parseQuantity(c.resources?.limits?.memory)] as const)
        .filter((each): each is readonly [string, number] => each[1] !== undefined);
      const hit = { object: owner, path: `${path}spec.volumes[${i}].emptyDir` };
      yield { hit, volume: name, size: parseQuantity(emptyDir.sizeLimit), limits };
    }
  }
}
