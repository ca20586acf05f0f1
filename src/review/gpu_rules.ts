/** Rules about the devices that pods ask for. */

import { type ChartView, eachContainer, type Pod } from "./chart_view.ts";
import { devicesOf, isNone, printDevices, productsOf } from "./devices.ts";
import type { Container } from "./kube.ts";
import type { Rule } from "./rule.ts";
import { isDeployer, isTester, tritonPods } from "./triton_pod.ts";

const SEES_ALL = "NVIDIA_VISIBLE_DEVICES";

export const GPU_RULES: readonly Rule[] = [
  {
    id: "same-device",
    severity: "error",
    reason: "only a model that is prepared on the device that serves it is sure to load there",
    fix: "ask for the same resource and number in both: Kubernetes counts it once",
    *check(chart) {
      for (const { pod, server, deployer } of tritonPods(chart)) {
        if (deployer === undefined) continue;
        const [ours, theirs] = [devicesOf(deployer), devicesOf(server)];
        if (printDevices(ours) === printDevices(theirs)) continue;
        const what = `${deployer.name} asks for ${printDevices(ours)}, ${server.name} for ` +
          printDevices(theirs);
        yield { object: pod.owner, path: `${deployer.path}.resources.limits`, what };
      }
    },
  },
  {
    id: "mig-count",
    severity: "error",
    reason: "MIG cannot be combined with a number of GPUs, Triton always runs on one partition",
    fix: "ask for one partition, and for nothing else",
    *check(chart) {
      for (const [container, pod] of eachContainer(chart)) {
        const devices = devicesOf(container);
        const partitioned = Object.keys(devices).some((name) => name.startsWith("nvidia.com/mig-"));
        const labelled = !isNone(devices) && productsOf(pod.spec).some((p) => p.includes("-MIG-"));
        const total = Object.values(devices).reduce((sum, count) => sum + count, 0);
        if ((!partitioned && !labelled) || total === 1) continue;
        const what = `${container.name} asks for ${printDevices(devices)}`;
        yield { object: pod.owner, path: `${container.path}.resources.limits`, what };
      }
    },
  },
  {
    id: "gpu-request",
    severity: "error",
    reason: "Kubernetes takes whole GPUs only, and the same number as request and as limit",
    fix: "set a whole number under limits, and leave it out of requests",
    *check(chart) {
      for (const [{ resources = {}, name, path }, { owner }] of eachContainer(chart)) {
        const limits = devicesOf({ resources });
        const requests = devicesOf({ resources: { limits: resources.requests ?? {} } });
        for (const device of new Set([...Object.keys(limits), ...Object.keys(requests)])) {
          const [limit, request = limit] = [limits[device], requests[device]];
          if (limit === request && Number.isInteger(limit)) continue;
          const what = `${name} requests ${request} of ${device}, with a limit of ${
            limit ?? "none"
          }`;
          yield { object: owner, path: `${path}.resources`, what };
        }
      }
    },
  },
  {
    id: "gpu-shared",
    severity: "warning",
    reason: "more than one share gives no more of the GPU, and a careful device plugin refuses it",
    fix: "ask for one",
    *check(chart) {
      for (const [container, { owner }] of eachContainer(chart)) {
        const count = devicesOf(container)["nvidia.com/gpu.shared"] ?? 0;
        if (count <= 1) continue;
        const what = `${container.name} asks for ${count} of nvidia.com/gpu.shared`;
        yield { object: owner, path: `${container.path}.resources.limits`, what };
      }
    },
  },
  {
    id: "visible-devices",
    severity: "warning",
    reason: "NVIDIA's images ask for every GPU of the node; what Kubernetes has given is the truth",
    fix: `set ${SEES_ALL} to void without a GPU, and never with one`,
    *check(chart) {
      for (const [container, pod] of nvidiaContainers(chart)) {
        const seen = container.env?.find(({ name }) => name === SEES_ALL);
        const path = `${container.path}.env`;
        if (isNone(devicesOf(container)) && (seen === undefined || seen.value === "all")) {
          const what = `${container.name} asks for no GPU and may see them all`;
          yield { object: pod.owner, path, what };
        } else if (!isNone(devicesOf(container)) && seen !== undefined) {
          const what = `${container.name} asks for a GPU and sets ${SEES_ALL}`;
          yield { object: pod.owner, path, what };
        }
      }
    },
  },
];

/** Triton, the deployer and the tester, and what comes from NVIDIA's registry. */
function* nvidiaContainers(chart: ChartView): Iterable<[Container & { path: string }, Pod]> {
  const servers = tritonPods(chart).map(({ server }) => server);
  for (const [container, pod] of eachContainer(chart)) {
    const ours = isDeployer(container) || isTester(container) || servers.includes(container);
    if (ours || container.image?.startsWith("nvcr.io/nvidia/")) {
      yield [container, pod];
    }
  }
}
