/** Which doubtful troubles have lasted so long that waiting helps no more. */

import type { Trouble } from "./trouble.ts";

/**
 * A pull secret or an image may come a moment after the pod that wants it, and a quota is freed when
 * an old pod ends; what is refused for longer stays refused.
 */
export const PATIENCE_MS = 30_000;

/** By pod. */
export type Memory = ReadonlyMap<string, { readonly since: number; readonly trouble: Trouble }>;

/** The name of what is in trouble, or was a moment ago. */
export type Patient = { readonly pod: string } & Partial<Trouble>;

/** What is to be remembered at `now`, when the pods are in these troubles. */
export function remember(memory: Memory, patients: readonly Patient[], now: number): Memory {
  const next = new Map<string, { since: number; trouble: Trouble }>();
  for (const { pod, problem, ...rest } of patients) {
    const before = memory.get(pod);
    if (problem === undefined || !(rest.doubtful || before)) continue;
    // Between two tries an older kubelet says only that it waits for the next.
    const trouble = rest.doubtful || before === undefined ? { problem, ...rest } : before.trouble;
    next.set(pod, { since: before?.since ?? now, trouble });
  }
  return next;
}

/** The trouble as it was told best, hopeless once it has lasted. */
export function judged<P extends Patient>(patient: P, memory: Memory, now: number): P {
  const known = memory.get(patient.pod);
  if (known === undefined || patient.hopeless) return patient;
  const hopeless = now - known.since >= PATIENCE_MS;
  return { ...patient, ...known.trouble, ...(hopeless ? { hopeless } : {}) };
}
