/** Looks, before anything is installed, whether the cluster can take a release, and says why not. */

import { accessProblem, type Deed, refusedDeeds } from "../cluster/access.ts";
import { askKube, RESOURCES } from "../cluster/kube_api.ts";
import type { PodSpec } from "../cluster/pod_spec.ts";
import { oldCluster } from "../cluster/kube_version.ts";
import { lookUp, referenceProblem, referencesOf } from "../cluster/references.ts";
import { sharesProblem } from "../cluster/shares.ts";
import type { Problem } from "../errors.ts";
import type { KubeApi, World } from "../world.ts";
import { imageRemarks } from "./look_for_images.ts";
import { modelProblem } from "./look_for_model.ts";
import { findPlace } from "./find_place.ts";
import type { Preflight, PreflightRequest, Remarks } from "./remarks.ts";

/** For servers that are not the cluster's: what they do not say by then stays unknown. */
const PATIENCE_MS = 3000;

export async function preflight(
  api: KubeApi,
  request: PreflightRequest,
  world: World,
): Promise<Preflight> {
  const { namespace, rendered, modelUri } = request;
  const signal = AbortSignal.any([world.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const [missing, refused, things, place, model, old] = await Promise.all([
    namespaceProblem(api, request),
    refusedDeeds(api, namespace, deedsFor(request)),
    lookAtThings(api, request, signal, world),
    findPlace(api, request),
    modelUri === undefined ? undefined : modelProblem(modelUri, signal, world),
    oldCluster(api),
  ]);
  // In a namespace that is not there, nothing else is.
  const others = missing ? [] : [accessProblem(refused, namespace), ...things.problems];
  const problems = [missing, ...others, sharesProblem(rendered.pod), ...place.problems, model];
  return {
    problems: problems.filter((problem) => problem !== undefined),
    warnings: [...things.warnings, ...place.warnings, ...(old ? [old] : [])],
    spare: place.spare,
  };
}

async function namespaceProblem(
  api: KubeApi,
  { namespace, makesNamespace }: PreflightRequest,
): Promise<Problem | undefined> {
  const answer = await askKube<{ status?: { phase?: string } }>(
    api,
    `/api/v1/namespaces/${encodeURIComponent(namespace)}`,
  );
  if (answer.is === "absent" && !makesNamespace) {
    return {
      what: `there is no namespace ${namespace}`,
      hint:
        `make it with \`kubectl create namespace ${namespace}\`, or give \`-- --create-namespace\``,
    };
  }
  if (answer.is === "there" && answer.value.status?.phase === "Terminating") {
    return { what: `the namespace ${namespace} is being deleted`, hint: "wait until it is gone" };
  }
  return undefined;
}

/** Helm keeps its record of a release in a secret. */
const RECORD: Deed = { verb: "create", ...RESOURCES.Secret! };

function deedsFor({ rendered, upgrades, waits }: PreflightRequest): readonly Deed[] {
  const kinds = new Set(rendered.objects.map(({ kind }) => kind));
  kinds.delete("Secret");
  const made = [...kinds].map((kind) => RESOURCES[kind]).filter((each) => each !== undefined);
  return [
    RECORD,
    ...made.map((each) => ({ verb: upgrades ? "patch" : "create", ...each })),
    ...(waits ? [{ verb: "list", resource: "pods", group: "" }] : []),
  ];
}

async function lookAtThings(
  api: KubeApi,
  { namespace, rendered, made }: PreflightRequest,
  signal: AbortSignal,
  world: World,
): Promise<Remarks> {
  const own = new Set(
    rendered.objects.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata?.name}`),
  );
  const references = referencesOf(rendered.pod).filter(({ kind, name }) =>
    !own.has(`${kind}/${name}`) && name !== made
  );
  const found = await Promise.all(references.map(async (reference) => {
    const object = await lookUp(api, namespace, reference);
    return { object, reference, problem: referenceProblem(reference, object, namespace) };
  }));
  const pull = found.find(({ reference }) => reference.pulls)?.object;
  const config = typeof pull === "object" ? pull.data?.[".dockerconfigjson"] : undefined;
  const images = await imageRemarks(imagesOf(rendered.pod), config, signal, world);
  return {
    problems: [...found.flatMap(({ problem }) => problem ?? []), ...images.problems],
    warnings: images.warnings,
  };
}

function imagesOf({ initContainers = [], containers = [] }: PodSpec): readonly string[] {
  return [...new Set([...initContainers, ...containers].flatMap(({ image }) => image ?? []))];
}
