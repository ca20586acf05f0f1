/** What a release will hold: the chart, rendered with all that its install says. */

import { type HelmInstall, helmTemplate, valueFlags } from "../cluster/helm.ts";
import type { PodSpec } from "../cluster/pod_spec.ts";
import type { Target } from "../cluster/target.ts";
import type { Manifest } from "../review/kube.ts";
import type { World } from "../world.ts";

export interface RenderedRelease {
  readonly text: string;
  readonly objects: readonly Manifest[];
  /** Of the Deployment. */
  readonly pod: PodSpec;
  readonly replicas: number;
}

export async function renderRelease(
  target: Target,
  request: HelmInstall,
  world: World,
): Promise<RenderedRelease> {
  const { namespace } = target;
  // Of helm's other flags, those of an upgrade mean nothing here.
  const command = helmTemplate(target.helm, {
    ...request,
    namespace,
    rest: valueFlags(request.rest),
  });
  // The reader of YAML is loaded while helm works.
  const [{ stdout }, { parseManifests }] = await Promise.all([
    world.exec(command),
    import("../review/manifest.ts"),
  ]);
  const { objects } = parseManifests(stdout);
  const deployment = objects.find(({ kind }) => kind === "Deployment")?.spec as DeploymentSpec;
  return {
    text: stdout,
    objects,
    pod: deployment?.template?.spec ?? {},
    replicas: deployment?.replicas ?? 1,
  };
}

type DeploymentSpec = {
  readonly replicas?: number;
  readonly template?: { readonly spec?: PodSpec };
} | undefined;
