/** Is the cluster's Kubernetes one that the charts are made for? */

import type { Problem } from "../errors.ts";
import type { KubeApi } from "../world.ts";
import { askOptional } from "./kube_api.ts";

/** The oldest that the charts are checked against. */
export const OLDEST_KUBERNETES = "1.27";

export async function oldCluster(api: KubeApi): Promise<Problem | undefined> {
  const version = await askOptional<{ major?: string; minor?: string }>(api, "/version");
  // Some clouds write `27+`.
  const minor = parseInt(version?.minor ?? "");
  if (!(minor < Number(OLDEST_KUBERNETES.split(".")[1]))) return undefined;
  return {
    what: `Kubernetes ${version?.major}.${minor} is older than ${OLDEST_KUBERNETES}, ` +
      "the oldest that the charts are checked against",
  };
}
