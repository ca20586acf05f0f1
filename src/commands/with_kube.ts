/** A deed that asks the cluster's API many questions, over one kubectl. */

import { kubectlNamespace, kubectlProxy } from "../cluster/kubectl.ts";
import type { Target } from "../cluster/target.ts";
import type { KubeApi, World } from "../world.ts";

/** @param deed gets the namespace that helm and kubectl will mean */
export async function withKube<T>(
  target: Target,
  deed: (api: KubeApi, namespace: string) => Promise<T>,
  world: World,
): Promise<T> {
  const namespace = namespaceOf(target, world);
  // Awaited below, when the proxy has started.
  namespace.catch(() => {});
  const api = await world.kube((socket) => kubectlProxy(target, socket));
  try {
    return await deed(api, await namespace);
  } finally {
    await api.close();
  }
}

async function namespaceOf(target: Target, world: World): Promise<string> {
  if (target.namespace !== undefined) return target.namespace;
  // Without a kubeconfig file kubectl says nothing: the cluster's silence says it better.
  const { stdout } = await world.exec(kubectlNamespace(target), { accept: "any" });
  return stdout.trim() || "default";
}
