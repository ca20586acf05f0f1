/** Rules about what must find what: Services their pods, probes and Services their ports. */

import { eachContainer, objectsOf, podsOf, selects } from "./chart_view.ts";
import type { ContainerPort, Handler, KubeObject, Metadata } from "./kube.ts";
import type { Rule } from "./rule.ts";

interface ServiceSpec {
  readonly type?: string;
  readonly selector?: Metadata["labels"];
  readonly ports?: readonly ServicePort[];
}

interface ServicePort {
  readonly name?: string;
  readonly port?: number;
  readonly targetPort?: number | string;
}

export const SERVICE_RULES: readonly Rule[] = [
  {
    id: "service-selector",
    severity: "error",
    reason: "requests to it reach nobody",
    fix: "select labels that the pods carry",
    *check(chart) {
      if (chart.pods.length === 0) return;
      for (const object of objectsOf(chart, "Service")) {
        const { selector, type } = specOf(object);
        if (selector === undefined || type === "ExternalName") continue;
        if (podsOf(chart, selector).length > 0) continue;
        yield { object, path: "spec.selector", what: "it selects none of the chart's pods" };
      }
    },
  },
  {
    id: "workload-selector",
    severity: "error",
    reason: "Kubernetes refuses it",
    fix: "select labels of the pod template",
    *check({ pods }) {
      for (const { owner, metadata } of pods) {
        const selector = owner.spec?.selector as
          | { readonly matchLabels?: Metadata["labels"] }
          | undefined;
        const labels = selector?.matchLabels;
        if (labels === undefined || selects(labels, metadata.labels)) continue;
        yield { object: owner, path: "spec.selector", what: "its own pods do not match it" };
      }
    },
  },
  {
    id: "service-port",
    severity: "error",
    reason: "connections to the Service are refused",
    fix: "use the name of a container's port",
    *check(chart) {
      for (const object of objectsOf(chart, "Service")) {
        const { selector, ports = [] } = specOf(object);
        for (const { containers } of podsOf(chart, selector)) {
          const declared = containers.flatMap((container) => container.ports ?? []);
          for (const [i, { port, targetPort = port }] of ports.entries()) {
            if (declared.length === 0 || isDeclared(targetPort, declared)) continue;
            const what = `no container has the port ${targetPort}`;
            yield { object, path: `spec.ports[${i}].targetPort`, what };
          }
        }
      }
    },
  },
  {
    id: "probe-port",
    severity: "error",
    reason: "the probe can never succeed",
    fix: "use the name of the container's port",
    *check(chart) {
      for (const [container, { owner }] of eachContainer(chart)) {
        const { livenessProbe, readinessProbe, startupProbe, ports = [] } = container;
        for (
          const [name, probe] of Object.entries({ livenessProbe, readinessProbe, startupProbe })
        ) {
          const port = portOf(probe);
          // A number works without being declared.
          if (typeof port !== "string" || /^\d+$/.test(port) || isDeclared(port, ports)) continue;
          const what = `${container.name} has no port ${port}`;
          yield { object: owner, path: `${container.path}.${name}`, what };
        }
      }
    },
  },
];

function specOf(service: KubeObject): ServiceSpec {
  return service.spec ?? {};
}

function portOf(probe: Handler | undefined): number | string | undefined {
  return probe?.httpGet?.port ?? probe?.tcpSocket?.port;
}

function isDeclared(
  port: number | string | undefined,
  declared: readonly ContainerPort[],
): boolean {
  return declared.some(({ name, containerPort }) =>
    name === port || containerPort === Number(port)
  );
}
