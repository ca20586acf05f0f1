/** A chart as Helm renders it for several versions of Kubernetes → all that is to be said of it. */

import { viewChart } from "./chart_view.ts";
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
  const found = new Map<string, { readonly finding: Finding; readonly versions: string[] }>();
  for (const rendering of renderings) {
    for (const finding of reviewRendering(rendering, framework)) {
      const key = JSON.stringify(finding);
      const { versions } = found.get(key) ?? { versions: [] };
      found.set(key, { finding, versions: [...versions, rendering.version] });
    }
  }
  const findings = [...found.values()].map(({ finding, versions }) => {
    const all = new Set(versions).size === renderings.length;
    const suffix = all ? "" : ` (Kubernetes ${versions.join(", ")})`;
    return { ...finding, message: finding.message + suffix };
  });
  return sortFindings(findings);
}

function reviewRendering(
  { version, text }: Rendering,
  framework: string | undefined,
): Finding[] {
  const { objects, findings } = parseManifests(text);
  const checked = objects.map((object) => ({ object, ...checkObject(object, version) }));
  const chart = viewChart(
    checked.filter(({ readable }) => readable).map(({ object }) => withoutNulls(object)),
    framework,
  );
  const security = chart.pods.flatMap((pod) =>
    podSecurity(pod, version).map(({ control, path, what }): Finding => ({
      ...placeOf(pod.owner),
      id: `pod-security/${control}`,
      severity: "error",
      path,
      message: `${what}: Pod Security Standard \`restricted\``,
    }))
  );
  return [
    ...findings,
    ...checked.flatMap((each) => each.findings),
    ...security,
    ...applyRules(RULES, chart),
  ];
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
    const [served] = kind.servedAs;
    const fix = served === undefined ? undefined : `use ${kind.servedAs.join(" or ")}`;
    const message = `${name} is not served by Kubernetes`;
    return note({ id: "api-version", severity: "error", message, fix });
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
