/** What `install` will say to helm: the flags, completed and checked by what the cluster tells. */

import { type GpuFlags, planGpu } from "../cluster/gpu.ts";
import { isOpen } from "../cluster/gpu_choice.ts";
import { covers, deepMerge } from "../cluster/deep_merge.ts";
import { problemOf } from "../cluster/diagnosis.ts";
import type { HelmRelease } from "../cluster/helm.ts";
import { type HelmRecord, readHelmRecord } from "../cluster/helm_record.ts";
import { type InstallFacts, type InstallValues, installValues } from "../cluster/install_values.ts";
import { asksForDevice } from "../cluster/pod_spec.ts";
import { readNodes } from "../cluster/room.ts";
import { withSurge } from "../cluster/surge.ts";
import type { Target } from "../cluster/target.ts";
import { type Problem, ToolError } from "../errors.ts";
import type { KubeApi, World } from "../world.ts";
import { chooseDevice } from "./choose_device.ts";
import { preflight } from "./preflight.ts";
import type { Remarks } from "./remarks.ts";
import { type RenderedRelease, renderRelease } from "./render_release.ts";
import { failedPods } from "./restart_failed.ts";
import { type Settled, settled, unwrap } from "./settled.ts";
import { withTypoHint } from "./values_typo.ts";
import { withKube } from "./with_kube.ts";

export interface InstallRequest extends HelmRelease {
  readonly target: Target;
  readonly gpu: GpuFlags;
  readonly facts: Omit<InstallFacts, "gpu">;
  /** As the user gave it, with what must not be shown. */
  readonly modelUri: string | undefined;
  readonly waits: boolean;
  readonly skipsPreflight: boolean;
  /** The manifests are wanted. */
  readonly shows: boolean;
  /** Called once the values have proved to render, or need not. */
  readonly onRendered: () => void;
}

export interface InstallPlan extends Remarks {
  readonly values: InstallValues;
  /** With these values; undefined where nobody wants to see them. */
  readonly manifests: string | undefined;
  /** Pods whose deployer has failed: they may be the ones that this install mends. */
  readonly failed: readonly string[];
}

export async function planInstall(request: InstallRequest, world: World): Promise<InstallPlan> {
  const { target, gpu, skipsPreflight, shows } = request;
  const values = valuesFor(request, gpu);
  if (skipsPreflight && !isOpen(gpu)) {
    request.onRendered();
    const final = withSurge(values, { spare: gpu.gpu_limit === 0 });
    const manifests = await manifestsOf(request, final, world);
    return { ...UNCHECKED, manifests, values: final, failed: [] };
  }
  // Beside the questions to the cluster, most of which do not need it.
  const early = settled(render(request, values, world));
  try {
    const ask = (api: KubeApi, namespace: string) =>
      planWith(api, { ...request, namespace, early }, world);
    return await withKube(target, ask, world);
  } catch (error) {
    // A dry run needs no cluster, as long as nothing is left to it.
    const goesOn = error instanceof ToolError && (shows || isMissing(error)) && !isOpen(gpu);
    if (!goesOn) throw error;
    const { what: why, hint } = problemOf(error);
    const final = withSurge(values, { spare: !asksForDevice((await unwrap(early)).pod) });
    return {
      values: final,
      manifests: await manifestsOf(request, final, world),
      problems: [],
      warnings: [{ what: `nothing was checked before the install: ${why}`, hint }],
      failed: [],
    };
  }
}

const UNCHECKED: Remarks = { problems: [], warnings: [] };

function isMissing({ message }: ToolError): boolean {
  return /`kubectl` is not there/.test(message);
}

function valuesFor({ facts }: InstallRequest, gpu: GpuFlags): InstallValues {
  return installValues({ ...facts, gpu: planGpu(gpu).values });
}

function render(
  { target, chart, release, rest }: InstallRequest,
  values: object,
  world: World,
): Promise<RenderedRelease> {
  const request = { release, chart, rest, values };
  return withTypoHint(chart, () => renderRelease(target, request, world), world);
}

/** Rendered once more: only now it is known what the values are. */
async function manifestsOf(
  request: InstallRequest,
  values: object,
  world: World,
): Promise<string | undefined> {
  return request.shows ? (await render(request, values, world)).text : undefined;
}

interface Asked extends InstallRequest {
  readonly namespace: string;
  /** Rendered without what earlier installs have said. */
  readonly early: Promise<Settled<RenderedRelease>>;
}

async function planWith(api: KubeApi, request: Asked, world: World): Promise<InstallPlan> {
  const { namespace, release, gpu, early, facts, rest, modelUri, waits } = request;
  const first = valuesFor(request, gpu);
  const read = async () => {
    const record = await readHelmRecord(api, namespace, release);
    const before = record?.values ?? {};
    const again = (values: InstallValues) => render(request, deepMerge(before, values), world);
    if (record !== undefined && !isOurs(record)) return { record, before, again };
    // Whether it surges changes nothing that is judged here.
    const isSame = covers(withSurge(first, { spare: true }), before);
    const rendered = isSame ? await unwrap(early) : await again(first);
    return { record, before, again, rendered };
  };
  const [{ record, before, again, rendered }, nodes] = await Promise.all([read(), readNodes(api)]);
  if (rendered === undefined) {
    const problems = [takenBy(release, record!)];
    return { values: {}, manifests: undefined, problems, warnings: [], failed: [] };
  }
  request.onRendered();
  const flags = await chooseDevice(api, { flags: gpu, nodes, pod: rendered.pod }, world);
  const chosen = valuesFor(request, flags);
  const judged = flags === gpu ? rendered : await again(chosen);
  const made = facts.modelUriSecret?.name;
  const makesNamespace = rest.some((word) => /^--create-namespace(=true)?$/.test(word));
  const upgrades = record !== undefined;
  const asked = {
    namespace,
    release,
    rendered: judged,
    nodes,
    modelUri,
    made,
    makesNamespace,
    upgrades,
  };
  const [{ spare, ...remarks }, failed] = await Promise.all([
    request.skipsPreflight
      ? { ...UNCHECKED, spare: !asksForDevice(judged.pod) }
      : preflight(api, { ...asked, waits }, world),
    upgrades ? failedPods(api, namespace, release) : [],
  ]);
  const values = withSurge(chosen, { spare, before });
  const manifests = await manifestsOf(request, deepMerge(before, values), world);
  return { ...remarks, manifests, values, failed };
}

function isOurs({ chart }: HelmRecord): boolean {
  return chart.endsWith("-inference");
}

function takenBy(release: string, { chart }: HelmRecord): Problem {
  return {
    what:
      `the release ${release} is there already and holds the chart ${chart}, which is none of ours`,
    hint: "give another name: helm navigator install RELEASE",
  };
}
