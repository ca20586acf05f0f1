/** Rules about the life of a Triton container: start, readiness, liveness, end. */

import type { ChartView } from "./chart_view.ts";
import type { Probe } from "./kube.ts";
import type { Rule } from "./rule.ts";
import { flagOf, type TritonPod, tritonPods } from "./triton_pod.ts";

/** Loading a model onto a GPU, and building what it needs there, has been seen to take minutes. */
const SHORTEST_START = 60;
const SHORTEST_DEPLOYMENT = 300;
/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/ */
const DEFAULT_DEADLINE = 600;
const DEFAULT_GRACE = 30;
/** https://github.com/triton-inference-server/server/blob/main/src/command_line_parser.cc */
const DEFAULT_EXIT_TIMEOUT = 30;

/** Triton's own probes: https://github.com/kserve/kserve/blob/master/docs/predict-api/v2/required_api.md */
const MODEL_READY = /^\/v2\/models\/([^/]+)(\/versions\/[^/]+)?\/ready$/;
const LIVE = "/v2/health/live";

export const PROBE_RULES: readonly Rule[] = [
  {
    id: "liveness-probe",
    severity: "error",
    reason: "a server that is healthy is killed while a model loads or is not ready",
    fix: `probe ${LIVE}`,
    *check(chart) {
      for (const { pod, server } of tritonPods(chart)) {
        const path = server.livenessProbe?.httpGet?.path;
        if (path === undefined || path === LIVE) continue;
        const what = `liveness is asked of ${path}`;
        yield { object: pod.owner, path: `${server.path}.livenessProbe.httpGet.path`, what };
      }
    },
  },
  {
    id: "readiness-probe",
    severity: "warning",
    reason:
      "requests reach a server that does not serve the model: /v2/health/ready says nothing " +
      "about one model",
    fix: "probe /v2/models/MODEL/ready",
    *check(chart) {
      for (const { pod, server, model } of tritonPods(chart)) {
        const path = server.readinessProbe?.httpGet?.path;
        const named = MODEL_READY.exec(path ?? "")?.[1];
        const expected = model?.config?.model_name;
        if (named !== undefined && (expected === undefined || named === expected)) continue;
        const other = named && `readiness is that of ${named}, the model is ${expected}`;
        const what = other ?? (path ? `readiness is asked of ${path}` : "readiness is not probed");
        yield { object: pod.owner, path: `${server.path}.readinessProbe`, what };
      }
    },
  },
  {
    id: "startup-budget",
    severity: "warning",
    reason: "a model that takes longer is stopped before it serves, again and again",
    fix: "give a startupProbe with enough failureThreshold × periodSeconds " +
      "(`server.startupSeconds`), and a progressDeadlineSeconds that covers the deployer and it",
    *check(chart) {
      for (const triton of tritonPods(chart)) {
        const { pod, server } = triton;
        for (const [path, what] of startProblems(triton)) {
          yield { object: pod.owner, path: path ?? server.path, what };
        }
      }
    },
  },
  {
    id: "grace-period",
    severity: "warning",
    reason: "requests in flight are cut off when a pod is stopped",
    fix: "set terminationGracePeriodSeconds above preStop and --exit-timeout-secs together",
    *check(chart) {
      for (const { pod, server } of tritonPods(chart)) {
        const { terminationGracePeriodSeconds: grace = DEFAULT_GRACE } = pod.spec;
        const exit = Number(flagOf(server, "--exit-timeout-secs") ?? DEFAULT_EXIT_TIMEOUT);
        const stop = preStopSeconds(server);
        if (!(stop + exit > grace)) continue;
        const what =
          `preStop (${stop} s) and Triton's exit (${exit} s) take longer than ${grace} s`;
        yield { object: pod.owner, path: `${pod.path}spec.terminationGracePeriodSeconds`, what };
      }
    },
  },
  {
    id: "pre-stop",
    severity: "note",
    reason: "for a moment the Service still sends requests to a server that refuses them",
    fix: "sleep some seconds in lifecycle.preStop",
    *check(chart) {
      if (!hasService(chart)) return;
      for (const { pod, server } of tritonPods(chart)) {
        if (server.lifecycle?.preStop) continue;
        yield { object: pod.owner, path: `${server.path}.lifecycle`, what: "preStop is missing" };
      }
    },
  },
  {
    id: "model-control",
    severity: "warning",
    reason: "a model that changes while it is loaded can be half-read, and who may write the " +
      "repository may run code",
    fix: "--model-control-mode=none: a new model is a new pod",
    *check(chart) {
      for (const { pod, server } of tritonPods(chart)) {
        const mode = flagOf(server, "--model-control-mode");
        if (mode === undefined || mode === "none") continue;
        const what = `Triton looks for changed models (--model-control-mode=${mode})`;
        yield { object: pod.owner, path: `${server.path}.args`, what };
      }
    },
  },
];

/** A path of undefined is the server's container. */
function* startProblems(
  { pod, server, deployer }: TritonPod,
): Iterable<readonly [path: string | undefined, what: string]> {
  const { startupProbe, livenessProbe } = server;
  const budget = startupProbe ? secondsOf(startupProbe) : 0;
  if (startupProbe === undefined && livenessProbe !== undefined) {
    const seconds = secondsOf(livenessProbe);
    if (seconds < SHORTEST_START) {
      yield [undefined, `without a startupProbe liveness gives ${seconds} s to start`];
    }
  } else if (startupProbe !== undefined && budget < SHORTEST_START) {
    yield [`${server.path}.startupProbe`, `the startupProbe gives ${budget} s to start`];
  }
  if (pod.owner.kind !== "Deployment") return;
  const { progressDeadlineSeconds: deadline = DEFAULT_DEADLINE } = (pod.owner.spec ?? {}) as {
    readonly progressDeadlineSeconds?: number;
  };
  const left = deadline - budget;
  if (left > (deployer ? SHORTEST_DEPLOYMENT : 0)) return;
  const rest = deployer ? `, which leaves the deployer ${Math.max(0, left)} s` : "";
  const what = `a rollout counts as failed after ${deadline} s, the server may take ${budget} s`;
  yield ["spec.progressDeadlineSeconds", what + rest];
}

function secondsOf(probe: Probe): number {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe;
  return initialDelaySeconds + periodSeconds * failureThreshold;
}

function preStopSeconds({ lifecycle }: TritonPod["server"]): number {
  const command = lifecycle?.preStop?.exec?.command?.join(" ") ?? "";
  return lifecycle?.preStop?.sleep?.seconds ?? Number(/\bsleep (\d+)/.exec(command)?.[1] ?? 0);
}

function hasService(chart: ChartView): boolean {
  return chart.objects.some(({ kind }) => kind === "Service");
}
