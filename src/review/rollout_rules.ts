/** Rules about upgrades, drains and the end of pods: do they go on without a spare GPU? */

import { type ChartView, named, objectsOf, podsOf } from "./chart_view.ts";
import { devicesOf, isNone } from "./devices.ts";
import type { KubeObject, Metadata } from "./kube.ts";
import type { Rule } from "./rule.ts";

interface DeploymentSpec {
  readonly replicas?: number;
  readonly strategy?: {
    readonly type?: string;
    readonly rollingUpdate?: {
      readonly maxSurge?: number | string;
      readonly maxUnavailable?: number | string;
    };
  };
}

interface BudgetSpec {
  readonly selector?: { readonly matchLabels?: Metadata["labels"] };
  readonly minAvailable?: number | string;
  readonly maxUnavailable?: number | string;
}

export const ROLLOUT_RULES: readonly Rule[] = [
  {
    id: "rollout-deadlock",
    severity: "error",
    reason: "neither a new pod may come nor an old one go, and Kubernetes refuses it",
    fix: "set maxUnavailable to 1 (no spare GPU needed) or maxSurge to 1",
    *check(chart) {
      for (const { object, surge, unavailable } of rollouts(chart)) {
        if (surge !== 0 || unavailable !== 0) continue;
        yield { object, path: PATH, what: "maxSurge and maxUnavailable are both 0" };
      }
    },
  },
  {
    id: "rollout-surge",
    severity: "warning",
    reason: "the new pod waits for a spare GPU, and the old one keeps its own until then",
    fix: "set maxSurge 0 and maxUnavailable 1, or type Recreate for one replica",
    *check(chart) {
      for (const { object, surge, unavailable, chosen } of gpuRollouts(chart)) {
        if (surge === 0 || unavailable > 0 || chosen) continue;
        yield { object, path: PATH, what: "by default a new pod starts before an old one ends" };
      }
    },
  },
  {
    id: "rollout-spare-gpu",
    severity: "note",
    reason: "an upgrade stands still while the cluster has no spare GPU",
    fix: "leave `rollout.surge` at false where every GPU is in use",
    *check(chart) {
      for (const { object, surge, unavailable, chosen } of gpuRollouts(chart)) {
        if (surge === 0 || unavailable > 0 || !chosen) continue;
        yield { object, path: PATH, what: `maxSurge ${surge} with maxUnavailable 0` };
      }
    },
  },
  {
    id: "drain-blocked",
    severity: "warning",
    reason: "a node with such a pod can never be drained",
    fix: "allow one pod to be unavailable: maxUnavailable: 1",
    *check(chart) {
      for (const object of objectsOf(chart, "PodDisruptionBudget")) {
        const { selector, minAvailable, maxUnavailable } = (object.spec ?? {}) as BudgetSpec;
        for (const { owner } of podsOf(chart, selector?.matchLabels)) {
          const replicas = (owner.spec as DeploymentSpec | undefined)?.replicas ?? 1;
          const allowed = maxUnavailable !== undefined
            ? share(maxUnavailable, replicas, Math.ceil)
            : replicas - share(minAvailable ?? 0, replicas, Math.ceil);
          if (allowed > 0) continue;
          const what = `none of ${replicas} pods may be unavailable`;
          yield { object, path: "spec", what };
        }
      }
    },
  },
  {
    id: "autoscaler-replicas",
    severity: "warning",
    reason: "every upgrade sets the number of pods back, whatever the autoscaler has made of it",
    fix: "leave `replicas` out (`replicaCount: null`)",
    *check(chart) {
      for (const { target } of autoscalers(chart)) {
        if (target?.spec?.replicas === undefined) continue;
        const what = `replicas is ${target.spec.replicas}, and an autoscaler sets it too`;
        yield { object: target, path: "spec.replicas", what };
      }
    },
  },
  {
    id: "autoscaler-target",
    severity: "warning",
    reason: "it scales nothing",
    fix: "name a workload of the chart in scaleTargetRef",
    *check(chart) {
      for (const { scaler, reference, target } of autoscalers(chart)) {
        if (target !== undefined) continue;
        const what = `the chart has no ${reference.kind}/${reference.name}`;
        yield { object: scaler, path: "spec.scaleTargetRef", what };
      }
    },
  },
  {
    id: "config-checksum",
    severity: "warning",
    reason: "a change of the values does not restart the pods, and they go on with the old ones",
    fix: "annotate the pod with the checksum of the ConfigMap's template: checksum/config",
    *check(chart) {
      for (const { owner, path, metadata, spec } of chart.pods) {
        if (!["Deployment", "StatefulSet", "DaemonSet"].includes(owner.kind)) continue;
        const keys = Object.keys(metadata.annotations ?? {});
        const maps = new Set(objectsOf(chart, "ConfigMap").map((map) => map.metadata?.name));
        const mounted = spec.volumes?.find(({ configMap }) => maps.has(configMap?.name ?? ""));
        if (mounted === undefined || keys.some((key) => key.includes("checksum"))) continue;
        const what = `the pod does not show which content of ${mounted.configMap?.name} it has`;
        yield { object: owner, path: `${path}metadata.annotations`, what };
      }
    },
  },
];

const PATH = "spec.strategy";

interface Rollout {
  readonly object: KubeObject;
  readonly surge: number;
  readonly unavailable: number;
  /** Somebody has said so, it is not Kubernetes' default. */
  readonly chosen: boolean;
}

function autoscalers(chart: ChartView) {
  return objectsOf(chart, "HorizontalPodAutoscaler").map((scaler) => {
    const reference = (scaler.spec?.scaleTargetRef ?? {}) as {
      readonly kind?: string;
      readonly name?: string;
    };
    return { scaler, reference, target: named(chart, reference.kind ?? "", reference.name) };
  });
}

/** Deployments that roll; 25 % each by default, surge rounded up: the API's reference of Deployment. */
function rollouts(chart: ChartView): Rollout[] {
  return objectsOf(chart, "Deployment").flatMap((object) => {
    const { replicas = 1, strategy = {} } = (object.spec ?? {}) as DeploymentSpec;
    if (strategy.type === "Recreate") return [];
    const { maxSurge = "25%", maxUnavailable = "25%" } = strategy.rollingUpdate ?? {};
    const surge = share(maxSurge, replicas, Math.ceil);
    const unavailable = share(maxUnavailable, replicas, Math.floor);
    const chosen = strategy.rollingUpdate?.maxSurge !== undefined;
    return [{ object, surge, unavailable, chosen }];
  });
}

function gpuRollouts(chart: ChartView): Rollout[] {
  const asks = (object: KubeObject) =>
    chart.pods.some(({ owner, containers }) =>
      owner === object && containers.some((container) => !isNone(devicesOf(container)))
    );
  return rollouts(chart).filter(({ object }) => asks(object));
}

function share(value: number | string, of: number, round: (number: number) => number): number {
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? Number(value) : round(Number(percent) * of / 100);
}
