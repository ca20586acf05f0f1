/** Rows for the rules about the life of pods, and about any container. */

import { goodChart } from "../../support/manifests.ts";
import type { BadRow } from "./bad_devices.ts";

const POD = "Deployment.spec.template.spec";
const SERVER = `${POD}.containers.0`;
const DEPLOYER = `${POD}.initContainers.0`;
const LIMITS = "resources.limits";

const budget = (spec: object) => ({
  Budget: {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "m" },
    spec: { selector: { matchLabels: { app: "m" } }, ...spec },
  },
});
const autoscaler = {
  Autoscaler: {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "m" },
    spec: {
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "m" },
    },
  },
};
const account = {
  Account: {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "m", annotations: { "azure.workload.identity/client-id": "1" } },
  },
};
const job = {
  Job: {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "t" },
    spec: { backoffLimit: 0, template: goodChart().Deployment.spec.template },
  },
};

export const BAD_OPERATIONS: readonly BadRow[] = [
  [
    { [`${SERVER}.livenessProbe.httpGet.path`]: "/v2/health/ready" },
    "liveness-probe",
    "spec.template.spec.containers[0].livenessProbe.httpGet.path",
    /asked of \/v2\/health\/ready/,
  ],
  [
    { [`${SERVER}.readinessProbe`]: undefined },
    "readiness-probe",
    "spec.template.spec.containers[0].readinessProbe",
    /not probed/,
  ],
  [
    { [`${SERVER}.readinessProbe.httpGet.path`]: "/v2/models/other/ready" },
    "readiness-probe",
    "spec.template.spec.containers[0].readinessProbe",
    /that of other, the model is m/,
  ],
  [
    { [`${SERVER}.startupProbe`]: undefined },
    "startup-budget",
    "spec.template.spec.containers[0]",
    /liveness gives 30 s/,
  ],
  [
    { [`${SERVER}.startupProbe.failureThreshold`]: 2 },
    "startup-budget",
    "spec.template.spec.containers[0].startupProbe",
    /gives 20 s/,
  ],
  [
    { "Deployment.spec.progressDeadlineSeconds": undefined },
    "startup-budget",
    "spec.progressDeadlineSeconds",
    /after 600 s, the server may take 600 s, which leaves the deployer 0 s/,
  ],
  [
    { [`${POD}.terminationGracePeriodSeconds`]: undefined },
    "grace-period",
    "spec.template.spec.terminationGracePeriodSeconds",
    /preStop \(5 s\) and Triton's exit \(30 s\) take longer than 30 s/,
  ],
  [
    { [`${SERVER}.lifecycle`]: undefined },
    "pre-stop",
    "spec.template.spec.containers[0].lifecycle",
    /preStop is missing/,
  ],
  [
    {
      [`${SERVER}.args.3`]: "--model-control-mode=none",
      [`${SERVER}.args.4`]: "--model-control-mode=poll",
    },
    "model-control",
    "spec.template.spec.containers[0].args",
    /=poll/,
  ],
  [
    { "Deployment.spec.strategy.rollingUpdate.maxUnavailable": "10%" },
    "rollout-deadlock",
    "spec.strategy",
    /both 0/,
  ],
  [{ "Deployment.spec.strategy": undefined }, "rollout-surge", "spec.strategy", /by default/],
  [
    { "Deployment.spec.strategy.rollingUpdate": { maxSurge: 1, maxUnavailable: 0 } },
    "rollout-spare-gpu",
    "spec.strategy",
    /maxSurge 1/,
  ],
  [budget({ minAvailable: 2 }), "drain-blocked", "spec", /none of 2 pods/],
  [budget({ maxUnavailable: 0 }), "drain-blocked", "spec", /none of 2 pods/],
  [autoscaler, "autoscaler-replicas", "spec.replicas", /replicas is 2/],
  [
    { ...autoscaler, "Autoscaler.spec.scaleTargetRef.name": "n" },
    "autoscaler-target",
    "spec.scaleTargetRef",
    /no Deployment\/n/,
  ],
  [
    { "Deployment.spec.template.metadata.annotations": undefined },
    "config-checksum",
    "spec.template.metadata.annotations",
    /content of m/,
  ],
  [
    { [`${SERVER}.${LIMITS}.memory`]: undefined },
    "memory-limit",
    "spec.template.spec.containers[0].resources.limits",
    /triton has no limit/,
  ],
  [
    {
      [`${POD}.volumes.0.emptyDir`]: {},
      [`${SERVER}.${LIMITS}.ephemeral-storage`]: undefined,
      [`${DEPLOYER}.${LIMITS}.ephemeral-storage`]: undefined,
    },
    "unbounded-disk",
    "spec.template.spec.volumes",
    /triton may grow/,
  ],
  [
    { [`${SERVER}.volumeMounts.1`]: { name: "shm", mountPath: "/shm" } },
    "shm-missing",
    "spec.template.spec.containers[0].volumeMounts",
    /at \/dev\/shm/,
  ],
  [
    { [`${POD}.volumes.1.emptyDir.sizeLimit`]: undefined },
    "shm-unsized",
    "spec.template.spec.volumes[1].emptyDir",
    /no sizeLimit/,
  ],
  [
    { [`${POD}.volumes.1.emptyDir.sizeLimit`]: "4Gi" },
    "shm-over-memory",
    "spec.template.spec.volumes[1].emptyDir",
    /may hold 4Gi, triton has 4Gi/,
  ],
  [{ "Service.spec.selector": { app: "n" } }, "service-selector", "spec.selector", /none/],
  [
    { "Deployment.spec.selector.matchLabels": { app: "n" } },
    "workload-selector",
    "spec.selector",
    /do not match/,
  ],
  [
    { "Service.spec.ports.0.targetPort": "web" },
    "service-port",
    "spec.ports[0].targetPort",
    /the port web/,
  ],
  [
    { [`${SERVER}.livenessProbe.httpGet.port`]: "web" },
    "probe-port",
    "spec.template.spec.containers[0].livenessProbe",
    /no port web/,
  ],
  [
    { [`${DEPLOYER}.env.0`]: { name: "MODEL_URI", value: "https://u:pw@h/m?sig=secret" } },
    "signed-uri",
    "spec.template.spec.initContainers[0].env[0]",
    /MODEL_URI is https:\/\/\*\*\*@h\/m\?\*\*\*:/,
  ],
  [
    { [`${DEPLOYER}.env.0`]: { name: "AWS_SECRET_ACCESS_KEY", value: "hunter2" } },
    "plain-secret",
    "spec.template.spec.initContainers[0].env[0]",
    /AWS_SECRET_ACCESS_KEY stands there/,
  ],
  [
    {
      ...account,
      [`${POD}.serviceAccountName`]: "m",
      "Deployment.spec.template.metadata.labels": { app: "m", "azure.workload.identity/use": "no" },
    },
    "workload-identity",
    "spec.template.metadata.labels",
    /m stands for an identity/,
  ],
  [{ "ConfigMap.data.password": "hunter2" }, "plain-secret", 'data["password"]', /in plain/],
  [
    { [`${SERVER}.env`]: [{ name: "A", value: "1" }, { name: "A", value: "2" }] },
    "duplicate-name",
    "spec.template.spec.containers[0].env",
    /A stands twice/,
  ],
  [
    { [`${SERVER}.securityContext.readOnlyRootFilesystem`]: false },
    "read-only-root",
    "spec.template.spec.containers[0].securityContext",
    /triton may write/,
  ],
  [job, "job-limits", "spec", /without activeDeadlineSeconds and ttlSecondsAfterFinished/],
];
