/** What a control of the Pod Security Standards is, and where it looks. */

import type { Pod, PodContainer } from "./chart_view.ts";
import type { PodSecurityContext, SecurityContext } from "./kube.ts";

export interface Control {
  readonly id: string;
  /** What is wrong where, the path from the pod on; `minor` is that of Kubernetes: 27. */
  check(pod: Pod, minor: number): Iterable<Wrong>;
}

export type Wrong = readonly [path: string, what: string];

/** Each container, with the path from the pod on. */
export function* containers(pod: Pod): Iterable<[PodContainer, string]> {
  for (const container of pod.containers) {
    yield [container, container.path.slice(pod.path.length)];
  }
}

/** The security contexts that are there: the pod's own, and those of its containers. */
export function* contexts(
  pod: Pod,
): Iterable<[PodSecurityContext & SecurityContext, string]> {
  const { securityContext } = pod.spec;
  if (securityContext) yield [securityContext, "spec.securityContext"];
  yield* containerContexts(pod);
}

export function* containerContexts(pod: Pod): Iterable<[SecurityContext, string]> {
  for (const [{ securityContext }, path] of containers(pod)) {
    if (securityContext) yield [securityContext, `${path}.securityContext`];
  }
}

export function isWindows({ spec }: Pod): boolean {
  return spec.os?.name === "windows";
}

/** KEP-127: root in a user namespace is nobody outside of it. */
export function hasOwnUsers({ spec }: Pod): boolean {
  return spec.hostUsers === false;
}
