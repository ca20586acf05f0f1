import { failedRequirements, printRequirement } from "../../../src/cluster/node_affinity.ts";
import { type KubeNode, kubeNode, type NodeObject } from "../../../src/cluster/kube_node.ts";
import {
  isInReach,
  obstaclesFor,
  printObstacles,
  roomFor,
} from "../../../src/cluster/placement.ts";
import { podRequests, type PodSpec } from "../../../src/cluster/pod_spec.ts";
import { OLDEST_KUBERNETES } from "../../../src/cluster/kube_version.ts";
import { sharesProblem } from "../../../src/cluster/shares.ts";
import { KUBE_VERSIONS } from "../../../src/review/schema.ts";
import { equal } from "../../support/assert.ts";
import { GPU_NODES, nodeObject } from "../../support/gpu_nodes.ts";

const gpuNode = (name: string, more: object = {}) => {
  const object = nodeObject(GPU_NODES.find((node) => node.name === name)!, "t");
  return kubeNode({ ...object, ...more } as NodeObject);
};
const obstacle = (pod: PodSpec, node: KubeNode) => obstaclesFor(pod, [node]).get(node.name);
const limits = (limits: Record<string, string | number>) => ({ resources: { limits } });
const tolerations = [{ key: "navigator-test", operator: "Exists" }];
const asking = (device: string, more: PodSpec = {}): PodSpec => ({
  containers: [limits({ [device]: 1 })],
  tolerations,
  ...more,
});
const product = (...values: string[]): NonNullable<PodSpec["affinity"]> => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{
        matchExpressions: [{ key: "nvidia.com/gpu.product", operator: "In", values }],
      }],
    },
  },
});

Deno.test("a pod asks for its containers together, or for its greediest init container", () => {
  const requests = (cpu: string) => ({ resources: { requests: { cpu } } });
  const rows: [PodSpec, object][] = [
    [{}, { pods: 1 }],
    [{ containers: [requests("500m"), requests("1")] }, { cpu: 1.5, pods: 1 }],
    [{ initContainers: [requests("2"), requests("1")], containers: [requests("1")] }, {
      cpu: 2,
      pods: 1,
    }],
    // The kubelet hands the same device to both.
    [{
      initContainers: [limits({ "nvidia.com/gpu": 1 })],
      containers: [limits({ "nvidia.com/gpu": "1" })],
    }, {
      "nvidia.com/gpu": 1,
      pods: 1,
    }],
    // One that keeps running counts with all that come after it.
    [{
      initContainers: [{ ...requests("1"), restartPolicy: "Always" }, requests("3")],
      containers: [requests("2")],
      overhead: { cpu: "250m" },
    }, { cpu: 4.25, pods: 1 }],
  ];
  for (const [pod, asked] of rows) equal(podRequests(pod), asked);
});

Deno.test("why a node can never take the pod", () => {
  const mig = "nvidia.com/mig-1g.5gb";
  const cordoned = { spec: { unschedulable: true, taints: [] } };
  const gone = {
    spec: { taints: [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute" }] },
  };
  const unready = { status: { allocatable: { pods: 1 }, conditions: [] }, spec: {} };
  const rows: [PodSpec, string, string | undefined, object?][] = [
    [asking(mig), "a100-mixed", undefined],
    [asking(mig), "a100-none", `has no ${mig}`],
    [
      { containers: [limits({ "nvidia.com/gpu": 4 })], tolerations },
      "a100-none",
      "has fewer than 4 nvidia.com/gpu",
    ],
    [
      asking(mig, { affinity: product("A100-SXM4-40GB", "NVIDIA-A100-SXM4-40GB") }),
      "a100-mixed",
      undefined,
    ],
    [
      asking(mig, { affinity: product("H100", "NVIDIA-H100") }),
      "a100-mixed",
      "does not fulfil `nvidia.com/gpu.product is H100`",
    ],
    [asking(mig, { nodeSelector: { zone: "a" } }), "a100-mixed", "does not fulfil `zone is a`"],
    [
      asking(mig, { tolerations: [] }),
      "a100-mixed",
      "has the taint navigator-test=t:NoSchedule, which nothing tolerates",
    ],
    [asking(mig), "a100-mixed", "is cordoned", cordoned],
    [asking(mig), "a100-mixed", "is not ready", gone],
    [{}, "a100-mixed", "is not ready", unready],
    [
      { containers: [limits({ memory: "2Ti" })], tolerations },
      "a100-mixed",
      "has too little memory for any such pod",
    ],
  ];
  for (const [pod, name, why, more] of rows) {
    equal([name, obstacle(pod, gpuNode(name, more))], [name, why]);
  }
});

Deno.test("a node is in reach, whatever device and product the pod asks for", () => {
  const pod = asking("nvidia.com/gpu", { affinity: product("H100") });
  equal(isInReach(pod, gpuNode("a100-mixed")), true);
  equal(isInReach({ ...pod, tolerations: [] }, gpuNode("a100-mixed")), false);
  equal(isInReach({ ...pod, nodeSelector: { zone: "a" } }, gpuNode("a100-mixed")), false);
});

Deno.test("tolerations", () => {
  const node = gpuNode("a100-mixed", {
    spec: {
      taints: [{ key: "k", value: "v", effect: "NoSchedule" }, {
        key: "soft",
        effect: "PreferNoSchedule",
      }],
    },
  });
  const rows: [object, boolean][] = [
    [{ key: "k", value: "v" }, true],
    [{ key: "k", operator: "Equal", value: "v", effect: "NoSchedule" }, true],
    [{ key: "k", operator: "Exists" }, true],
    [{ operator: "Exists" }, true],
    [{ key: "k", value: "w" }, false],
    [{ key: "k", operator: "Exists", effect: "NoExecute" }, false],
    [{ key: "other", operator: "Exists" }, false],
    [{}, false],
  ];
  for (const [toleration, isFree] of rows) {
    equal([toleration, obstacle({ tolerations: [toleration] }, node) === undefined], [
      toleration,
      isFree,
    ]);
  }
});

Deno.test("requirements of node affinity", () => {
  const node = gpuNode("a100-none", { metadata: { name: "n", labels: { a: "1", b: "x" } } });
  const holds = (one: object) =>
    failedRequirements([{ matchExpressions: [one] }], node) === undefined;
  const rows: [string, string, string[], boolean][] = [
    ["b", "In", ["x", "y"], true],
    ["c", "In", ["x"], false],
    ["b", "NotIn", ["x"], false],
    ["c", "NotIn", ["x"], true],
    ["b", "Exists", [], true],
    ["c", "Exists", [], false],
    ["c", "DoesNotExist", [], true],
    ["b", "DoesNotExist", [], false],
    ["a", "Gt", ["0"], true],
    ["a", "Gt", ["1"], false],
    ["a", "Lt", ["2"], true],
    ["c", "Lt", ["2"], false],
    ["b", "Like", ["x"], false],
  ];
  for (const [key, operator, values, is] of rows) {
    equal([key, operator, values, holds({ key, operator, values })], [key, operator, values, is]);
  }
  const name = (
    value: string,
  ) => [{ matchFields: [{ key: "metadata.name", operator: "In", values: [value] }] }];
  equal(failedRequirements(name("n"), node), undefined);
  equal(failedRequirements(name("m"), node)?.length, 1);
  equal(failedRequirements([], node), undefined);
  equal(failedRequirements([{}], node)?.map(printRequirement), ["(an empty term) ? "]);
  // One term is enough; the nearest one is told.
  const far = {
    matchExpressions: [{ key: "c", operator: "Exists" }, { key: "d", operator: "Exists" }],
  };
  equal(failedRequirements([far, ...name("n")], node), undefined);
  equal(failedRequirements([far, ...name("m")], node)?.map(printRequirement), [
    "metadata.name is m",
  ]);
});

Deno.test("room is what the scarcest resource leaves", () => {
  const node = gpuNode("a100-mixed");
  const asked = { "nvidia.com/mig-1g.5gb": 1, cpu: 1.1, pods: 1 };
  equal(roomFor(asked, node, {}), 3);
  equal(roomFor(asked, node, { "nvidia.com/mig-1g.5gb": 2 }), 1);
  equal(roomFor(asked, node, { cpu: 63 }), 0);
  equal(roomFor({ cpu: 0.1, pods: 1 }, node, { cpu: 63.7 }), 3);
  equal(roomFor(asked, node, { pods: 200 }), 0);
});

Deno.test("obstacles are told by reason, the commonest first", () => {
  const all = new Map([["a", "is cordoned"], ["b", "has no gpu"], ["c", "has no gpu"], [
    "d",
    "does not fulfil `x is y`",
  ]]);
  equal(printObstacles(all), "2 nodes have no gpu, a is cordoned, d does not fulfil `x is y`");
});

Deno.test("more than one share of a time-sliced GPU is a mistake", () => {
  const asks = (device: string, count: number, ...products: string[]) =>
    sharesProblem({
      containers: [limits({ [device]: count })],
      ...(products.length > 0 ? { affinity: product(...products) } : {}),
    }) !== undefined;
  equal(asks("nvidia.com/gpu.shared", 2), true);
  equal(asks("nvidia.com/gpu.shared", 1), false);
  equal(asks("nvidia.com/gpu", 2, "A100-SXM4-40GB-SHARED"), true);
  equal(asks("nvidia.com/gpu", 2, "A100-SXM4-40GB"), false);
  equal(asks("nvidia.com/gpu", 2), false);
});

Deno.test("the oldest Kubernetes is the one whose schemas lint knows", () => {
  equal(KUBE_VERSIONS[0]?.startsWith(OLDEST_KUBERNETES), true);
});
