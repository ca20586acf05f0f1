/**
 * Pod Security Standard `restricted`: https://kubernetes.io/docs/concepts/security/pod-security-standards/
 * The controls are called and decide as in k8s.io/pod-security-admission, version by version.
 */

import type { Pod } from "./chart_view.ts";
import { CONTROLS } from "./pod_security_controls.ts";
import { RESTRICTED_CONTROLS } from "./pod_security_restricted.ts";

export interface Violation {
  /** `runAsNonRoot` */
  readonly control: string;
  readonly path: string;
  readonly what: string;
}

/** @param version of Kubernetes: `1.27` */
export function podSecurity(pod: Pod, version: string): Violation[] {
  const minor = Number(version.split(".")[1]);
  return [...CONTROLS, ...RESTRICTED_CONTROLS].flatMap(({ id, check }) =>
    [...check(pod, minor)].map(([path, what]) => ({ control: id, path: pod.path + path, what }))
  );
}
