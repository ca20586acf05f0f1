/** What `helm template` prints → objects, each with the template that made it. */

import { parseDocument } from "yaml";
import type { Finding } from "./finding.ts";
import type { KubeObject, Manifest } from "./kube.ts";

export interface Rendered {
  readonly objects: readonly KubeObject[];
  /** What is no YAML, or no object. */
  readonly findings: readonly Finding[];
}

/** Helm prints `# Source: chart/templates/x.yaml` before each object. */
export function parseManifests(text: string): Rendered {
  const objects: KubeObject[] = [];
  const findings: Finding[] = [];
  for (const part of text.split(/^---[ \t]*$/m)) {
    const file = /^# Source: (.*)$/m.exec(part)?.[1] ?? "?";
    const say = (message: string, fix?: string) =>
      findings.push({ id: "yaml", severity: "error", file, message, fix });
    const document = parseDocument(part, {
      // Kubernetes reads YAML 1.1, less clock times and dates, and wants every key once.
      version: "1.1",
      uniqueKeys: true,
      logLevel: "error",
      customTags: (tags) => tags.filter((tag) => !isTime(tag)),
    });
    if (document.errors.length > 0) {
      const [first] = document.errors[0]!.message.split("\n");
      const isTwice = document.errors[0]!.code === "DUPLICATE_KEY";
      say(
        isTwice ? `a key stands twice: ${first}` : `is no valid YAML: ${first}`,
        isTwice ? "remove one of the two" : undefined,
      );
      continue;
    }
    for (const value of itemsOf(document.toJS() as unknown)) {
      if (isManifest(value)) objects.push({ ...value, file });
      else say("is no Kubernetes object: `apiVersion` and `kind` are missing");
    }
  }
  return { objects, findings };
}

/** https://pkg.go.dev/sigs.k8s.io/yaml reads `12:30` and `2026-01-01` as text. */
function isTime(tag: unknown): boolean {
  const { format, tag: name } = tag as { readonly format?: string; readonly tag?: string };
  return tag === "timestamp" || format === "TIME" || name === "tag:yaml.org,2002:timestamp";
}

function itemsOf(value: unknown): readonly unknown[] {
  if (value === null || value === undefined) return [];
  const { kind, items } = value as { readonly kind?: unknown; readonly items?: unknown };
  return kind === "List" && Array.isArray(items) ? items : [value];
}

function isManifest(value: unknown): value is Manifest {
  const { apiVersion, kind } = value as Partial<Manifest>;
  return typeof apiVersion === "string" && typeof kind === "string";
}

/** A null is a field that is not there. */
export function withoutNulls<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutNulls) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)])) as T;
}
