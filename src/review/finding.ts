/** What a check says about a chart: how bad, where, why, and what to do. */

export const SEVERITIES = ["error", "warning", "note"] as const;
export type Severity = typeof SEVERITIES[number];

export interface Finding {
  /** The rule that says so. */
  readonly id: string;
  readonly severity: Severity;
  /** `Deployment/add-sub-inference`, when it is about one. */
  readonly object?: string;
  /** Within the object: `spec.template.spec.containers[0].image`. */
  readonly path?: string;
  /** The template that made the object, as Helm names it. */
  readonly file?: string;
  readonly message: string;
  readonly fix?: string | undefined;
}

/** Worst first, each only once; those of one severity stay in order. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const unique = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  return [...unique.values()].sort((a, b) => rank(a) - rank(b));
}

/** `2 errors, 1 warning, 3 notes`; what there is none of is left out. */
export function countFindings(findings: readonly Finding[]): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? "" : "s"}`];
  });
  return counts.join(", ") || "nothing to complain about";
}
