/** A deed that asks the cluster's API many questions over one connection. */

import { kubectlNamespace, kubectlProxy } from "../cluster/kubectl.ts";
import type { Target } from "../cluster/target.ts";
import type { KubeApi, World } from "../world.ts";
import { kubeAccess } from "./kube_access.ts";

/** @param deed gets the namespace that helm and kubectl will mean */
export async function withKube<T>(
  target: Target,
  deed: (api: KubeApi, namespace: string) => Promise<T>,
  world: World,
): Promise<T> {
  const { server, namespace } = await kubeAccess(target, world);
  const api = await world.kube({ server, proxy: (socket) => kubectlProxy(target, socket) });
  try {
    return await deed(
      api,
      target.namespace ?? namespace ?? (server ? "default" : await askNamespace(target, world)),
    );
  } finally {
    await api.close();
  }
}

async function askNamespace(target: Target, world: World): Promise<string> {
  // Without a kubeconfig file kubectl says nothing: the cluster's silence says it better.
  const { stdout } = await world.exec(kubectlNamespace(target), { accept: "any" });
  return stdout.trim() || "default";
}
