/** How often a download is tried again, and after which wait. */

export interface Patience {
  /** Another failure: how long to wait, or undefined when it was the last one. */
  wait(reached: number, askedMs: number | undefined): number | undefined;
  /** Failures in a row that brought nothing new. */
  count(): number;
}

export interface PatiencePolicy {
  /** Attempts in a row that bring nothing new. */
  readonly retries: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** New bytes that count as headway. */
  readonly headway: number;
}

/** What was reached before and lost again is no headway. */
export function patience(policy: PatiencePolicy): Patience {
  let failures = 0;
  let furthest = 0;
  return {
    wait: (reached, askedMs) => {
      if (reached >= furthest + policy.headway) failures = 0;
      furthest = Math.max(furthest, reached);
      failures++;
      if (failures > policy.retries) return undefined;
      return Math.min(askedMs ?? backoff(failures, policy), policy.longestWaitMs);
    },
    count: () => failures,
  };
}

/** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
function backoff(failures: number, { firstWaitMs, longestWaitMs }: PatiencePolicy): number {
  return Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** failures);
}
