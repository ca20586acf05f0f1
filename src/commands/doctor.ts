/** doctor: what this machine and the cluster lack for the other verbs. */

import { accessProblem, type Deed, refusedDeeds } from "../cluster/access.ts";
import { diagnoseGpus } from "../cluster/diagnose_gpus.ts";
import { diagnoseHelm } from "../cluster/diagnose_helm.ts";
import type { Diagnosis } from "../cluster/diagnosis.ts";
import { gpuOffers, printOffers } from "../cluster/gpu_offers.ts";
import { helmVersion } from "../cluster/helm.ts";
import { askOptional, RESOURCES } from "../cluster/kube_api.ts";
import { kubectlVersion } from "../cluster/kubectl.ts";
import type { KubeNode } from "../cluster/kube_node.ts";
import { readNodes, readUsed } from "../cluster/room.ts";
import { summarize } from "../cluster/sentence.ts";
import { type Target, targetOf } from "../cluster/target.ts";
import { ToolError } from "../errors.ts";
import { cleanText } from "../text/clean.ts";
import type { KubeApi, ToolCommand, World } from "../world.ts";
import { firstBuilder } from "./choose_builder.ts";
import type { doctorOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";
import { withKube } from "./with_kube.ts";

export async function doctor(
  { settings }: Invocation<typeof doctorOptions>,
  world: World,
): Promise<void> {
  const target = targetOf(settings, world.env);
  const [machine, cluster] = await Promise.all([
    diagnoseMachine(target, world),
    diagnoseCluster(target, world),
  ]);
  const found = [...machine, ...cluster.found];
  const { offers = [] } = cluster;
  if (settings.output === "json") {
    world.streams.out(JSON.stringify({ checks: found, gpus: offers }));
  } else {
    world.streams.out(cleanText(found.map(printDiagnosis).join("\n")));
    if (offers.length > 0) world.streams.out(cleanText(`\n${printOffers(offers)}`));
  }
  const errors = found.filter(({ state }) => state === "error").length;
  if (errors > 0) {
    throw new ToolError(`${errors} of ${found.length} checks found something to mend`);
  }
}

async function diagnoseMachine(target: Target, world: World): Promise<readonly Diagnosis[]> {
  const part = "machine";
  const [helm, kubectl, builder] = await Promise.all([
    said(helmVersion(target), world),
    said(kubectlVersion(), world),
    diagnoseBuilder(world),
  ]);
  const version = /"gitVersion": *"v?([^"]+)"/.exec(kubectl.text)?.[1];
  return [
    helm.error ? { part, state: "error", ...helm.error } : diagnoseHelm(helm.text),
    kubectl.error
      ? { part, state: "error", ...kubectl.error }
      : { part, state: "ok", what: `kubectl ${version ?? "is there"}` },
    builder,
  ];
}

/** Only `build` and `push` need one. */
async function diagnoseBuilder(world: World): Promise<Diagnosis> {
  const part = "machine";
  try {
    return { part, state: "ok", what: `${await firstBuilder(world)} builds and pushes images` };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const { message, details: { output, hint } } = error;
    const what = `${message}: ${output?.replaceAll("\n", ", ")}`;
    return { part, state: "warning", what, ...hintOf(hint) };
  }
}

interface Said {
  readonly text: string;
  readonly error?: Pick<Diagnosis, "what" | "hint">;
}

async function said(command: ToolCommand, world: World): Promise<Said> {
  try {
    return { text: (await world.exec(command)).stdout };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { text: "", error: problemOf(error) };
  }
}

function problemOf({ message, details: { output, hint } }: ToolError) {
  const what = output ? `${message}: ${summarize(output).sentence}` : message;
  return { what, ...hintOf(hint) };
}

interface ClusterDiagnosis {
  readonly found: readonly Diagnosis[];
  readonly offers?: ReturnType<typeof gpuOffers>;
}

async function diagnoseCluster(target: Target, world: World): Promise<ClusterDiagnosis> {
  try {
    return await withKube(target, askCluster, world);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { found: [{ part: "cluster", state: "error", ...problemOf(error) }] };
  }
}

const DEEDS: readonly Deed[] = [
  ...Object.values(RESOURCES).map((each) => ({ verb: "create", ...each })),
  { verb: "list", resource: "pods", group: "" },
  { verb: "get", resource: "pods/log", group: "" },
];

async function askCluster(api: KubeApi, namespace: string): Promise<ClusterDiagnosis> {
  const [version, refused, nodes] = await Promise.all([
    askOptional<{ gitVersion?: string }>(api, "/version"),
    refusedDeeds(api, namespace, DEEDS),
    readNodes(api),
  ]);
  const ready = nodes?.filter((node) => node.ready).length;
  const denied = accessProblem(refused, namespace);
  const found: Diagnosis[] = [
    {
      part: "cluster",
      state: "ok",
      what: `Kubernetes ${version?.gitVersion?.replace(/^v/, "") ?? "of an unknown version"}`,
    },
    denied ? { part: "cluster", state: "error", what: denied.what, ...hintOf(denied.hint) } : {
      part: "cluster",
      state: "ok",
      what: `your account may do in namespace ${namespace} what install and test do`,
    },
  ];
  if (nodes === undefined) {
    const hint = "--mig auto and the search for a free node need it";
    found.push({
      part: "cluster",
      state: "warning",
      what: "your account may not list nodes",
      hint,
    });
    return { found };
  }
  found.push({
    part: "cluster",
    state: ready === 0 ? "error" : ready === nodes.length ? "ok" : "warning",
    what: `${ready} of ${nodes.length} nodes are ready`,
  });
  return { found: [...found, ...diagnoseGpus(nodes)], offers: await countOffers(api, nodes) };
}

function hintOf(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

async function countOffers(api: KubeApi, nodes: readonly KubeNode[]) {
  const some = nodes.filter((node) => gpuOffers([node], undefined).length > 0);
  return gpuOffers(nodes, await readUsed(api, some.map(({ name }) => name)));
}

const WORDS: Readonly<Record<Diagnosis["state"], string>> = {
  ok: "ok      ",
  warning: "warning ",
  error: "error   ",
};

function printDiagnosis({ state, what, hint }: Diagnosis): string {
  const line = `${WORDS[state]} ${what}`;
  return hint === undefined ? line : `${line}\n         hint: ${hint}`;
}
