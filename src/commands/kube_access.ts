/** How this user reaches the cluster, read from the kubeconfig files. */

import { join } from "node:path";
import { type KubeContext, kubeContext, type TextOrFile } from "../cluster/kubeconfig.ts";
import type { Target } from "../cluster/target.ts";
import type { KubeServer, World } from "../world.ts";

export interface KubeAccess {
  /** Undefined where only kubectl can get there. */
  readonly server: KubeServer | undefined;
  /** Of the context; undefined where it is not known. */
  readonly namespace: string | undefined;
}

/** Whatever is not as expected is left to kubectl. */
export async function kubeAccess(target: Target, world: World): Promise<KubeAccess> {
  try {
    const context = await readContext(target, world);
    const { access, namespace } = context ?? {};
    // Helm's flags say more than the files.
    if (access === undefined || target.kubectlFlags.length > 0) {
      return { server: undefined, namespace };
    }
    const read = (text: TextOrFile | undefined) => readText(text, world);
    const [ca, cert, key, token] = await Promise.all(
      [access.ca, access.cert, access.key, access.token].map(read),
    );
    return { server: { url: access.url, ca, cert, key, token: token?.trim() }, namespace };
  } catch {
    return { server: undefined, namespace: undefined };
  }
}

async function readContext(target: Target, world: World): Promise<KubeContext | undefined> {
  const { parseYaml } = await import("../config/parse_yaml.ts");
  const home = world.env("HOME");
  const listed = target.kubeconfig ?? world.env("KUBECONFIG");
  const paths = listed
    ? (target.kubeconfig ? [listed] : listed.split(":").filter((path) => path !== ""))
    : home
    ? [join(home, ".kube/config")]
    : [];
  const files = await Promise.all(paths.map(async (path) => {
    const isThere = await world.files.kind(path) !== undefined;
    return isThere ? [{ path, content: parseYaml(await world.files.readText(path)) }] : [];
  }));
  return kubeContext(files.flat(), target.context);
}

async function readText(
  text: TextOrFile | undefined,
  { files }: World,
): Promise<string | undefined> {
  if (text === undefined) return undefined;
  return "text" in text ? text.text : await files.readText(text.file);
}
