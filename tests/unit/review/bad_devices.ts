/** Rows for the rules about models, GPUs and images. */

import { stringify } from "yaml";
import { OPTIONS } from "../../support/manifests.ts";

/** What is changed in a good chart, the rule that must complain, where, and what it must say. */
export type BadRow = readonly [changes: object, id: string, path: string, says: RegExp];

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

const loadTest = (seconds: number) => ({
  Job: {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "t" },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: seconds,
      ttlSecondsAfterFinished: 1,
      template: {
        spec: {
          containers: [{
            name: "tester",
            args: ["/opt/navigator/tester.sh", "--config-path", "/etc/t/t.yaml"],
            volumeMounts: [{ name: "config", mountPath: "/etc/t" }],
          }],
          volumes: [{ name: "config", configMap: { name: "t" } }],
        },
      },
    },
  },
  Options: {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "t" },
    data: { "t.yaml": "{model_name: m, ready_seconds: 10, batch_sizes: [1, 8], concurrency: 2}" },
  },
});

export const BAD_DEVICES: readonly BadRow[] = [
  [options({ batching: "sometimes" }), "model-options", 'data["config.yaml"]', /batching must be/],
  [options({ max_batch_size: 0 }), "model-options", 'data["config.yaml"]', /0 means no batching/],
  [options({ inputs: image([1, 3]) }), "batch-axis", 'data["config.yaml"]', /x:1,3:float32/],
  [
    // Two points, each of three windows of five seconds.
    loadTest(39),
    "load-test-budget",
    "spec.activeDeadlineSeconds",
    /may wait 10 s and measures for 30 s or more, but has 39 s/,
  ],
  [
    options({ inputs: image([-1, -1]), target_formats: ["trt"] }),
    "dynamic-shapes",
    'data["config.yaml"]',
    /needs the largest size of every dynamic axis, and `x:-1,-1:float32`/,
  ],
  [
    options({ inputs: image([-1, 3]), max_shapes: { x: [8, 4] } }),
    "model-options",
    'data["config.yaml"]',
    /`x` 8,4 does not fit/,
  ],
  [
    options({ target_formats: ["tf-trt"] }),
    "model-options",
    'data["config.yaml"]',
    /nothing converts onnx to tf-trt/,
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
];
