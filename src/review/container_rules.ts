/** Rules about any container, and about Jobs. */

import { eachContainer, objectsOf, type PodContainer } from "./chart_view.ts";
import type { Rule } from "./rule.ts";

export const CONTAINER_RULES: readonly Rule[] = [
  {
    id: "duplicate-name",
    severity: "error",
    reason: "only the last one counts, and Helm 4 cannot apply it",
    fix: "remove one of the two",
    *check(chart) {
      for (const [container, { owner }] of eachContainer(chart)) {
        for (const [path, names] of namesOf(container)) {
          const twice = names.find((name, i) => name !== undefined && names.indexOf(name) !== i);
          if (twice === undefined) continue;
          yield { object: owner, path: `${container.path}.${path}`, what: `${twice} stands twice` };
        }
      }
    },
  },
  {
    id: "read-only-root",
    severity: "note",
    reason: "whoever breaks into the container can change its programs",
    fix: "set readOnlyRootFilesystem and mount an emptyDir where it writes",
    *check(chart) {
      for (const [{ securityContext, name, path, list }, { owner }] of eachContainer(chart)) {
        if (list === "ephemeralContainers" || securityContext?.readOnlyRootFilesystem) continue;
        const what = `${name} may write its root file system`;
        yield { object: owner, path: `${path}.securityContext`, what };
      }
    },
  },
  {
    id: "job-limits",
    severity: "note",
    reason: "a load test that fails is repeated, hangs for ever or stays in the cluster",
    fix: "set backoffLimit, activeDeadlineSeconds and ttlSecondsAfterFinished",
    *check(chart) {
      for (const object of objectsOf(chart, "Job")) {
        const missing = ["backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished"]
          .filter((key) => object.spec?.[key] === undefined);
        if (missing.length === 0) continue;
        yield { object, path: "spec", what: `without ${missing.join(" and ")}` };
      }
    },
  },
];

/** What Kubernetes wants to be there once. */
function namesOf({ env, ports, volumeMounts }: PodContainer) {
  return [
    ["env", (env ?? []).map(({ name }) => name)],
    ["ports", (ports ?? []).map(({ name }) => name)],
    [
      "ports",
      (ports ?? []).map(({ containerPort, protocol = "TCP" }) => `${containerPort}/${protocol}`),
    ],
    ["volumeMounts", (volumeMounts ?? []).map(({ mountPath }) => mountPath)],
  ] as const;
}
