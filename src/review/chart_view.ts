/** A rendered chart as the rules look at it: its objects, and its pods with their containers. */

import {
  type Container,
  type KubeObject,
  type Metadata,
  objectName,
  type PodSpec,
} from "./kube.ts";

export interface ChartView {
  readonly objects: readonly KubeObject[];
  readonly pods: readonly Pod[];
  /** The image that the tree's Dockerfile begins with, when the chart lies in a tree. */
  readonly framework: string | undefined;
}

/** What becomes a pod: a Pod itself, or the template of a Deployment, a Job … */
export interface Pod {
  readonly owner: KubeObject;
  /** Of the template in its owner: `spec.template.`; empty for a Pod. */
  readonly path: string;
  readonly metadata: Metadata;
  readonly spec: PodSpec;
  readonly containers: readonly PodContainer[];
}

export interface PodContainer extends Container {
  readonly list: "initContainers" | "containers" | "ephemeralContainers";
  /** `spec.template.spec.containers[0]` */
  readonly path: string;
}

/** A place that a rule complains about. */
export interface Hit {
  readonly object: KubeObject;
  readonly path: string;
  readonly what: string;
}

export function viewChart(objects: readonly KubeObject[], framework?: string): ChartView {
  return { objects, pods: objects.flatMap(podOf), framework };
}

/** Where the pod's template lies in each kind that has one. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  PodTemplate: ["template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  ...Object.fromEntries(
    ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job"]
      .map((kind) => [kind, ["spec", "template"]]),
  ),
};

interface Template {
  readonly metadata?: Metadata;
  readonly spec?: PodSpec;
}

const LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

function podOf(owner: KubeObject): Pod[] {
  const steps = TEMPLATES[owner.kind];
  if (steps === undefined) return [];
  const template = steps.reduce<unknown>(
    (value, step) => (value as Record<string, unknown> | undefined)?.[step],
    owner,
  ) as Template | undefined;
  const path = steps.map((step) => `${step}.`).join("");
  const spec = template?.spec ?? {};
  const containers = LISTS.flatMap((list) =>
    (spec[list] ?? []).map((container, i) => ({
      ...container,
      list,
      path: `${path}spec.${list}[${i}]`,
    }))
  );
  return [{ owner, path, metadata: template?.metadata ?? {}, spec, containers }];
}

/** Each container of each pod, with its pod. */
export function* eachContainer({ pods }: ChartView): Iterable<[PodContainer, Pod]> {
  for (const pod of pods) for (const container of pod.containers) yield [container, pod];
}

export function objectsOf(chart: ChartView, kind: string): readonly KubeObject[] {
  return chart.objects.filter((object) => object.kind === kind);
}

/** A selector that is missing or empty selects nothing here. */
export function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}

export function podsOf(chart: ChartView, selector: Metadata["labels"]): readonly Pod[] {
  return chart.pods.filter(({ metadata }) => selects(selector, metadata.labels));
}

export function named(chart: ChartView, kind: string, name: string | undefined) {
  return name === undefined
    ? undefined
    : chart.objects.find((object) => objectName(object) === `${kind}/${name}`);
}
