/** What helm and kubectl say about a chart → findings. */

import type { Finding, Severity } from "./finding.ts";

const LEVELS: Readonly<Record<string, Severity>> = {
  ERROR: "error",
  // With --strict Helm fails for one.
  WARNING: "error",
  INFO: "note",
};

/** What `helm lint` prints, chart by chart in the order in which they were named. */
export function parseHelmLint(text: string): readonly (readonly Finding[])[] {
  return text.split(/^==> Linting .*$/m).slice(1).map((part) =>
    part.split(/^(?=\[[A-Z]+\] )/m).flatMap(lintFinding)
  );
}

function lintFinding(text: string): Finding[] {
  const [, level = "", message = ""] = /^\[([A-Z]+)\] ([^]*?)(?:\n\n[^]*)?$/.exec(text) ?? [];
  const severity = LEVELS[level];
  if (severity === undefined) return [];
  const file = /^([^/\s]\S*): /.exec(message)?.[1];
  return [{
    id: "helm-lint",
    severity,
    ...(file === undefined ? {} : { file }),
    message: oneLine(file === undefined ? message : message.slice(file.length + 2)),
  }];
}

const RENDER_FIXES: readonly (readonly [RegExp, string])[] = [
  [/ is required/, "give it: `lint … -- --set NAME=VALUE`, or --values FILE"],
  [/don't meet the specifications of the schema/, "correct the values that it names"],
  [/execution error at/, "change the values so that the template accepts them"],
  [/^parse error at/, "correct the template"],
  [/^YAML parse error on/, "`helm template CHART --debug` shows the YAML that the template makes"],
  [/missing in charts\/ directory|found in Chart.yaml, but missing/, "helm dependency update"],
];

/** The command line itself was wrong, and not the chart. */
export function isUsageError(stderr: string): boolean {
  return /^Error: (unknown (shorthand )?flag|flag needs an argument|invalid argument)/m.test(
    stderr,
  );
}

/** @param stderr of a `helm template` that failed, for this version of Kubernetes */
export function renderFailure(stderr: string, version: string): Finding {
  const said = stderr.replace(/\n+Use --debug flag[^]*$/, "");
  const message = oneLine(/^Error: ([^]*)$/m.exec(said)?.[1] ?? said);
  if (/requires kubeVersion/.test(message)) {
    return {
      id: "kube-version",
      severity: "note",
      message: `not checked for Kubernetes ${version}: ${message}`,
    };
  }
  const file = /[^():\s]+\/templates\/[^():\s]+/.exec(message)?.[0];
  return {
    id: "helm-template",
    severity: "error",
    ...(file === undefined ? {} : { file }),
    message,
    fix: RENDER_FIXES.find(([pattern]) => pattern.test(message))?.[1] ??
      "`helm template CHART --debug` shows more",
  };
}

/** What `helm lint` says of the same trouble begins with other words, and ends with the same. */
export function isSaidBy(finding: Finding, others: readonly Finding[]): boolean {
  const end = (text: string) => text.slice(-30);
  return others.some(({ id, message }) =>
    id === "helm-template" && end(message) === end(finding.message)
  );
}

/** What kubectl always says of what Helm has installed. */
const NOT_OURS = /last-applied-configuration/;
/** The cluster, the namespace or the user, and not the object. */
const NOT_ABOUT_OBJECTS =
  /failed to download openapi|namespaces "[^"]*" not found|cannot \w+ resource/;
const ABOUT_OBJECTS =
  /is invalid|error when (creating|applying|retrieving)|error validating|no matches for kind/;

/** Undefined when the cluster did not come to look at the objects. */
export function parseDryRun(stderr: string): readonly Finding[] | undefined {
  const messages = stderr.split(/^(?=Error from server|error: |Warning: |The \w+ ")/m)
    .map(oneLine).filter((message) => message !== "" && !NOT_OURS.test(message));
  const errors = messages.filter((message) => !message.startsWith("Warning: "));
  const isOurs = (text: string) => ABOUT_OBJECTS.test(text) && !NOT_ABOUT_OBJECTS.test(text);
  if (!errors.every(isOurs)) return undefined;
  return messages.map((message) => ({
    id: "server",
    severity: message.startsWith("Warning: ") ? "warning" : "error",
    message: message.replace(/^Warning: /, ""),
  }));
}

function oneLine(text: string): string {
  return text.trim().split(/\s*\n\s*/).join(" ");
}
