/** A chart as Helm renders it for several versions of Kubernetes → all that is to be said of it. */

import { type Pod, viewChart } from "./chart_view.ts";
import { type Finding, sortFindings } from "./finding.ts";
import { type KubeObject, objectName } from "./kube.ts";
import { parseManifests, withoutNulls } from "./manifest.ts";
import { podSecurity } from "./pod_security.ts";
import { applyRules } from "./rule.ts";
import { RULES } from "./rules.ts";
import { checkKind, checkSchema } from "./schema.ts";

export interface Rendering {
  /** Of Kubernetes: `1.27` */
  readonly version: string;
  /** What `helm template` has printed. */
  readonly text: string;
}

export interface ReviewRequest {
  readonly renderings: readonly Rendering[];
  /** The image that the tree's Dockerfile begins with. */
  readonly framework?: string | undefined;
}

/** What is so in some of the versions only says in which. */
export function reviewChart({ renderings, framework }: ReviewRequest): Finding[] {
  const found = new Map<string, { readonly finding: Finding; readonly versions: Set<string> }>();
  const say = (versions: readonly string[], findings: readonly Finding[]) => {
    for (const finding of findings) {
      const key = JSON.stringify(finding);
      const known = found.get(key)?.versions ?? [];
      found.set(key, { finding, versions: new Set([...known, ...versions]) });
    }
  };
  for (const [text, versions] of versionsByText(renderings)) {
    const { objects, findings } = parseManifests(text);
    say(versions, findings);
    const malformed = new Set<KubeObject>();
    for (const version of versions) {
      for (const object of objects) {
        const checked = checkObject(object, version);
        say([version], checked.findings);
        if (!checked.readable) malformed.add(object);
      }
    }
    const readable = objects.filter((object) => !malformed.has(object)).map(withoutNulls);
    const chart = viewChart(readable, framework);
    for (const version of versions) say([version], chart.pods.flatMap(securityOf(version)));
    say(versions, applyRules(RULES, chart));
  }
  const merged = [...found.values()].map(({ finding, versions }) => {
    const suffix = versions.size === renderings.length
      ? ""
      : ` (Kubernetes ${[...versions].join(", ")})`;
    return { ...finding, message: finding.message + suffix };
  });
  return sortFindings(merged);
}

/** Most charts render the same for all versions: what costs time is done once. */
function versionsByText(renderings: readonly Rendering[]): Map<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const { text, version } of renderings) {
    versions.set(text, [...(versions.get(text) ?? []), version]);
  }
  return versions;
}

function securityOf(version: string) {
  return (pod: Pod): Finding[] =>
    podSecurity(pod, version).map(({ control, path, what }) => ({
      ...placeOf(pod.owner),
      id: `pod-security/${control}`,
      severity: "error",
      path,
      message: `${what}: Pod Security Standard \`restricted\``,
    }));
}

/** Not readable: of a form that the rules cannot look into. */
function checkObject(object: KubeObject, version: string) {
  const { file: _, ...manifest } = object;
  const kind = checkKind(manifest.apiVersion, manifest.kind, version);
  const name = `${manifest.apiVersion} ${manifest.kind}`;
  if (kind === "custom") {
    const message = `${name} is a custom resource: only a cluster that has it knows its fields`;
    const fix = "`lint --server` asks the cluster";
    return note({ id: "custom-resource", severity: "note", message, fix });
  }
  if (kind !== "known") {
    const fix = kind.elsewhere
      ? "say in Chart.yaml's kubeVersion which versions the chart is for"
      : kind.servedAs.length > 0
      ? `use ${kind.servedAs.join(" or ")}`
      : undefined;
    return note({ id: "api-version", severity: "error", message: `${name} is not served`, fix });
  }
  const issues = checkSchema(manifest, version);
  const findings = issues.map(({ path, what, fix }): Finding => ({
    ...placeOf(object),
    id: "schema",
    severity: "error",
    path,
    message: what,
    fix,
  }));
  return { findings, readable: !issues.some(({ malformed }) => malformed) };

  function note(finding: Finding) {
    return { findings: [{ ...placeOf(object), ...finding }], readable: false };
  }
}

function placeOf(object: KubeObject): Pick<Finding, "object" | "file"> {
  return { object: objectName(object), file: object.file };
}
