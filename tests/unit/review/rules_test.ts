import { stringify } from "yaml";
import type { Finding } from "../../../src/review/finding.ts";
import { reviewChart } from "../../../src/review/review.ts";
import { RULES } from "../../../src/review/rules.ts";
import { equal, match, ok } from "../../support/assert.ts";
import { goodChart, OPTIONS, printChart, spoil } from "../../support/manifests.ts";

const POD = "Deployment.spec.template.spec";
const SERVER = `${POD}.containers.0`;
const DEPLOYER = `${POD}.initContainers.0`;
const LIMITS = "resources.limits";
const AFFINITY =
  `${POD}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;

const onProduct = (...values: string[]) => [{
  matchExpressions: [{ key: "nvidia.com/gpu.product", operator: "In", values }],
}];
const options = (more: object) => ({
  "ConfigMap.data": { "config.yaml": stringify({ ...OPTIONS, ...more }) },
});
const image = (shape: number[]) => [{ name: "x", shape, dtype: "float32" }];
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
const job = {
  Job: {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "t" },
    spec: { backoffLimit: 0, template: goodChart().Deployment.spec.template },
  },
};

/** What is changed in a good chart, the rule that must complain, where, and what it must say. */
const BAD: readonly (readonly [changes: object, id: string, path: string, says: RegExp])[] = [
  [options({ batching: "sometimes" }), "model-options", 'data["config.yaml"]', /batching must be/],
  [options({ max_batch_size: 0 }), "model-options", 'data["config.yaml"]', /0 means no batching/],
  [options({ inputs: image([1, 3]) }), "batch-axis", 'data["config.yaml"]', /x:1,3:float32/],
  [
    options({ inputs: image([-1, -1]), target_formats: ["trt"] }),
    "dynamic-shapes",
    'data["config.yaml"]',
    /nothing says how large/,
  ],
  [
    options({ inputs: image([-1, 3]), target_formats: ["trt"], max_shapes: { x: [8, 3] } }),
    "dynamic-shapes",
    'data["config.yaml"]',
    /ends below max_batch_size, which is 128/,
  ],
  [
    options({ inputs: image([-1, 3]), target_formats: ["trt"], max_shapes: { x: [128, 4] } }),
    "dynamic-shapes",
    'data["config.yaml"]',
    /contradicts/,
  ],
  [
    options({ inputs: image([-1, 3]), target_formats: ["trt"], max_shapes: { x: [128] } }),
    "dynamic-shapes",
    'data["config.yaml"]',
    /another rank/,
  ],
  [
    {
      ...options({ engine_count_per_device: { gpu: 2 } }),
      [`${SERVER}.${LIMITS}`]: { memory: "1Gi" },
      [`${DEPLOYER}.${LIMITS}`]: { memory: "1Gi" },
    },
    "instance-device",
    'data["config.yaml"]',
    /2 instances on a GPU, but triton asks for none/,
  ],
  [options({ model_format: "trt" }), "plan-portability", "spec.template.spec.affinity", /any GPU/],
  [
    { ...options({ model_format: "trt" }), [AFFINITY]: onProduct("A100", "NVIDIA-A100", "L4") },
    "plan-portability",
    "spec.template.spec.affinity",
    /A100 or L4/,
  ],
  [
    { [`${DEPLOYER}.${LIMITS}.nvidia~com/gpu`]: 2 },
    "same-device",
    "spec.template.spec.initContainers[0].resources.limits",
    /deployer asks for 2 nvidia.com\/gpu, triton for 1/,
  ],
  [
    { [`${SERVER}.${LIMITS}.nvidia~com/mig-1g~5gb`]: 1 },
    "mig-count",
    "spec.template.spec.containers[0].resources.limits",
    /1 nvidia.com\/gpu and 1 nvidia.com\/mig-1g.5gb/,
  ],
  [
    { [`${SERVER}.${LIMITS}.nvidia~com/gpu`]: 2, [AFFINITY]: onProduct("A100-MIG-1g.5gb") },
    "mig-count",
    "spec.template.spec.containers[0].resources.limits",
    /2 nvidia.com\/gpu/,
  ],
  [
    { [`${SERVER}.resources.requests`]: { "nvidia.com/gpu": 2 } },
    "gpu-request",
    "spec.template.spec.containers[0].resources",
    /requests 2 of nvidia.com\/gpu, with a limit of 1/,
  ],
  [
    { [`${SERVER}.${LIMITS}.nvidia~com/gpu`]: "500m" },
    "gpu-request",
    "spec.template.spec.containers[0].resources",
    /requests 0.5/,
  ],
  [
    { [`${SERVER}.${LIMITS}.nvidia~com/gpu~shared`]: 2 },
    "gpu-shared",
    "spec.template.spec.containers[0].resources.limits",
    /2 of/,
  ],
  [
    { [`${SERVER}.${LIMITS}`]: { memory: "1Gi" }, [`${DEPLOYER}.${LIMITS}`]: { memory: "1Gi" } },
    "visible-devices",
    "spec.template.spec.containers[0].env",
    /may see them all/,
  ],
  [
    { [`${SERVER}.env.0`]: { name: "NVIDIA_VISIBLE_DEVICES", value: "all" } },
    "visible-devices",
    "spec.template.spec.containers[0].env",
    /and sets/,
  ],
  [
    { [`${DEPLOYER}.image`]: "localhost:5000/deployer" },
    "latest-tag",
    "spec.template.spec.initContainers[0].image",
    /has no tag/,
  ],
  [
    { [`${DEPLOYER}.image`]: "a/b:latest" },
    "latest-tag",
    "spec.template.spec.initContainers[0].image",
    /no fixed image/,
  ],
  [
    {
      ...options({ target_formats: ["trt"] }),
      [`${SERVER}.image`]: "nvcr.io/nvidia/tritonserver:26.01-py3",
    },
    "container-versions",
    "spec.template.spec.containers[0].image",
    /built with 25.08 .* served with 26.01/,
  ],
  [
    options({ model_format: "tf-savedmodel" }),
    "tensorflow-gone",
    "spec.template.spec.containers[0].image",
    /tf-savedmodel model is served with 25.08/,
  ],
  [
    { [`${SERVER}.image`]: "nvcr.io/nvidia/tritonserver:25.06-py3" },
    "vulnerable-triton",
    "spec.template.spec.containers[0].image",
    /Triton 25.06/,
  ],
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
    { [`${SERVER}.args.3`]: "--model-control-mode=poll" },
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
  [job, "job-limits", "spec", /activeDeadlineSeconds and ttlSecondsAfterFinished/],
];

const review = (changes: object): Finding[] => {
  const text = printChart(spoil(goodChart(), changes as Record<string, unknown>));
  const renderings = ["1.27", "1.37"].map((version) => ({ version, text }));
  return reviewChart({ renderings, framework: "nvcr.io/nvidia/pytorch:25.08-py3" });
};

Deno.test("a good chart has no finding", () => equal(review({}), []));

for (const [changes, id, path, says] of BAD) {
  Deno.test(`${id}: ${says.source}`, () => {
    const findings = review(changes);
    const rule = RULES.find((rule) => rule.id === id)!;
    const found = findings.find((f) => f.id === id && f.path === path);
    ok(found, JSON.stringify(findings, null, 2));
    equal(found.severity, rule.severity);
    match(found.message, says);
    ok(found.message.endsWith(rule.reason));
    equal(found.fix, rule.fix);
    equal(JSON.stringify(findings).match(/hunter2|sig=secret/), null);
  });
}

Deno.test("every rule has a row here, and an id of its own", () => {
  const ids = RULES.map(({ id }) => id);
  equal(ids.filter((id) => !BAD.some((row) => row[1] === id)), []);
  equal(ids.length, new Set(ids).size);
});
