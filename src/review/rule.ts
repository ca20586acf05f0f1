/** What a rule of ours is: a row with the reason and the remedy, and the check itself. */

import type { ChartView, Hit } from "./chart_view.ts";
import type { Finding, Severity } from "./finding.ts";
import { objectName } from "./kube.ts";

export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  /** Why it matters, as a half sentence after what is wrong. */
  readonly reason: string;
  readonly fix: string;
  check(chart: ChartView): Iterable<Hit>;
}

export function applyRules(rules: readonly Rule[], chart: ChartView): Finding[] {
  return rules.flatMap((rule) =>
    [...rule.check(chart)].map(({ object, path, what }) => ({
      id: rule.id,
      severity: rule.severity,
      object: objectName(object),
      path,
      file: object.file,
      message: `${what}: ${rule.reason}`,
      fix: rule.fix,
    }))
  );
}
