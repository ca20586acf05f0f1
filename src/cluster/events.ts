/** What the cluster last complained of, told from an object's events. */

export interface EventList {
  readonly items?: readonly KubeEvent[];
}

interface KubeEvent {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly metadata?: { readonly creationTimestamp?: string };
}

/**
 * Undefined when something else has happened since. What probes say of a container that is starting
 * is no complaint.
 */
export function lastWarning({ items = [] }: EventList): string | undefined {
  const last = items.filter(({ reason }) => reason !== "Unhealthy").toSorted((a, b) =>
    timeOf(a) - timeOf(b)
  ).at(-1);
  return last?.type === "Warning" ? last.message ?? last.reason : undefined;
}

function timeOf({ lastTimestamp, eventTime, metadata }: KubeEvent): number {
  return Date.parse(lastTimestamp ?? eventTime ?? metadata?.creationTimestamp ?? "") || 0;
}
