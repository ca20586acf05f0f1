/** Shares of a time-sliced GPU: a pod has no use for more than one. */

import type { Problem } from "../errors.ts";
import { PRODUCT_LABEL } from "./gpu_offers.ts";
import { requiredTerms } from "./placement.ts";
import { devicesIn, podRequests, type PodSpec } from "./pod_spec.ts";

/** https://docs.nvidia.com/datacenter/cloud-native/gpu-operator/latest/gpu-sharing.html */
export function sharesProblem(pod: PodSpec): Problem | undefined {
  const [resource, count = 0] = devicesIn(podRequests(pod))[0] ?? [];
  const products = requiredTerms(pod).flatMap(({ matchExpressions = [] }) =>
    matchExpressions.find(({ key }) => key === PRODUCT_LABEL)?.values ?? []
  );
  const shared = resource?.endsWith(".shared") || products.some((name) => name.endsWith("-SHARED"));
  if (count <= 1 || !shared) return undefined;
  return {
    what: `the pod asks for ${count} shares of time-sliced GPUs, which give no more than one does`,
    hint: "leave out `--gpu-limit`",
  };
}
