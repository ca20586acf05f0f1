/** What a pod asks of the node that takes it. */

import { addAmounts, type Amounts, amounts, type Quantities } from "./kube_node.ts";
import type { NodeSelectorTerm } from "./node_affinity.ts";

/** The parts of a pod's specification that say where it may run and what it reads. */
export interface PodSpec {
  readonly nodeName?: string;
  readonly initContainers?: readonly ContainerSpec[];
  readonly containers?: readonly ContainerSpec[];
  readonly volumes?: readonly VolumeSpec[];
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly overhead?: Quantities;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly affinity?: {
    readonly nodeAffinity?: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?: {
        readonly nodeSelectorTerms?: readonly NodeSelectorTerm[];
      };
    };
  };
}

export interface ContainerSpec {
  readonly name?: string;
  readonly image?: string;
  /** `Always`: a container that keeps running beside the others. */
  readonly restartPolicy?: string;
  readonly env?: readonly {
    readonly valueFrom?: {
      readonly secretKeyRef?: KeyReference;
      readonly configMapKeyRef?: KeyReference;
    };
  }[];
  readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
}

export interface KeyReference {
  readonly name?: string;
  readonly key?: string;
  readonly optional?: boolean;
}

interface Items {
  readonly optional?: boolean;
  readonly items?: readonly { readonly key?: string }[];
}

export interface VolumeSpec {
  readonly secret?: Items & { readonly secretName?: string };
  readonly configMap?: Items & { readonly name?: string };
  readonly persistentVolumeClaim?: { readonly claimName?: string };
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

/**
 * As the scheduler counts: the containers together, or the init container that needs most.
 * https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
 */
export function podRequests({ initContainers = [], containers = [], overhead }: PodSpec): Amounts {
  let beside: Amounts = {};
  let most: Amounts = {};
  for (const container of initContainers) {
    if (container.restartPolicy === "Always") {
      beside = addAmounts(beside, requests(container));
      most = largest(most, beside);
    } else {
      most = largest(most, addAmounts(beside, requests(container)));
    }
  }
  const all = containers.map(requests).reduce(addAmounts, beside);
  return addAmounts(largest(most, all), { pods: 1, ...amounts(overhead) });
}

/** A limit without a request is one. */
function requests({ resources = {} }: ContainerSpec): Amounts {
  return amounts({ ...resources.limits, ...resources.requests });
}

function largest(a: Amounts, b: Amounts): Amounts {
  const most: Record<string, number> = { ...a };
  for (const [name, amount] of Object.entries(b)) most[name] = Math.max(most[name] ?? 0, amount);
  return most;
}

/** The GPUs among what is asked for: `nvidia.com/mig-1g.5gb` → 1. */
export function devicesIn(asked: Amounts): readonly (readonly [string, number])[] {
  return Object.entries(asked).filter(([name, count]) => isDevice(name) && count > 0);
}

/** Without a device there is always room for one more pod. */
export function asksForDevice(pod: PodSpec): boolean {
  return devicesIn(podRequests(pod)).length > 0;
}

/** Extended resources have a domain in front, and those of Kubernetes itself are none of these. */
export function isDevice(resource: string): boolean {
  return resource.includes("/") && !/(^|\.)kubernetes\.io\//.test(resource);
}
