/** A chart's objects that nobody can complain about, and ways to spoil them. */

import { stringify } from "yaml";

// deno-lint-ignore no-explicit-any
export type Manifest = any;

/** The model's options, as they stand in the ConfigMap. */
export const OPTIONS = { model_name: "m", model_format: "onnx", model_version: 1 };

const container = (name: string) => ({
  name,
  image: `registry.example.com/${name}:1.0`,
  env: [],
  resources: { limits: { memory: "4Gi", "ephemeral-storage": "10Gi", "nvidia.com/gpu": 1 } },
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
  },
  volumeMounts: [{ name: "triton", mountPath: "/mnt/triton" }],
});

const ready = { httpGet: { path: "/v2/models/m/ready", port: "http" } };

const podSpec = () => ({
  terminationGracePeriodSeconds: 60,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  initContainers: [{
    ...container("deployer"),
    args: ["/opt/navigator/deployer.sh", "--config-path", "/etc/navigator/config.yaml"],
    volumeMounts: [{ name: "config", mountPath: "/etc/navigator" }],
  }],
  containers: [{
    ...container("triton"),
    image: "nvcr.io/nvidia/tritonserver:25.08-py3",
    args: ["tritonserver", "--model-repository=/mnt/triton/models", "--exit-timeout-secs=30"],
    ports: [{ name: "http", containerPort: 8000 }, { name: "grpc", containerPort: 8001 }],
    livenessProbe: { httpGet: { path: "/v2/health/live", port: "http" } },
    readinessProbe: ready,
    startupProbe: { ...ready, failureThreshold: 60 },
    lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
    volumeMounts: [
      { name: "triton", mountPath: "/mnt/triton" },
      { name: "shm", mountPath: "/dev/shm" },
    ],
  }],
  volumes: [
    { name: "triton", emptyDir: { sizeLimit: "10Gi" } },
    { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
    { name: "config", configMap: { name: "m" } },
  ],
});

const labels = { app: "m" };
const metadata = { name: "m", labels };

export function goodChart(): Record<string, Manifest> {
  return {
    Deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 2,
        progressDeadlineSeconds: 3000,
        selector: { matchLabels: labels },
        strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
        template: {
          metadata: { labels, annotations: { "checksum/config": "1" } },
          spec: podSpec(),
        },
      },
    },
    Service: {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] },
    },
    ConfigMap: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: { "config.yaml": stringify(OPTIONS) },
    },
  };
}

/** `Deployment.spec.template.spec.containers.0.image`: sets it, or takes it away when undefined; a
 * dot within a key is written as `~`. */
export function spoil(
  chart: Record<string, Manifest>,
  changes: Readonly<Record<string, unknown>>,
): Record<string, Manifest> {
  const copy = structuredClone(chart);
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split(".").map((step) => step.replaceAll("~", "."));
    const last = steps.pop()!;
    const place = steps.reduce((at, step) => at[step] ??= {}, copy as Manifest);
    if (value === undefined) delete place[last];
    else place[last] = value;
  }
  return copy;
}

/** As Helm prints them. */
export function printChart(chart: Record<string, Manifest>): string {
  return Object.entries(chart).map(([name, manifest]) =>
    `---\n# Source: m/templates/${name.toLowerCase()}.yaml\n${
      stringify(manifest, { aliasDuplicateObjects: false, version: "1.1" })
    }`
  ).join("");
}
