/** How far the tester's Job is, told from what kubectl shows of it. */

export interface JobList {
  readonly items?: readonly {
    readonly kind?: string;
    readonly metadata?: { readonly name?: string };
    readonly status?: {
      readonly phase?: string;
      readonly message?: string;
      readonly conditions?: readonly {
        readonly type?: string;
        readonly status?: string;
        readonly reason?: string;
        readonly message?: string;
      }[];
      readonly containerStatuses?: readonly {
        readonly state?: {
          readonly waiting?: { readonly reason?: string; readonly message?: string };
          readonly terminated?: { readonly exitCode?: number; readonly message?: string };
        };
      }[];
    };
  }[];
}

export interface JobState {
  readonly pod: string | undefined;
  /** The container runs or ran: it has a log. */
  readonly started: boolean;
  readonly finished: boolean;
  readonly succeeded: boolean;
  readonly line: string;
}

export function jobState(list: JobList): JobState {
  const items = list.items ?? [];
  const job = items.find((item) => item.kind === "Job");
  const pod = items.find((item) => item.kind === "Pod");
  const condition = (type: string) =>
    job?.status?.conditions?.find((c) => c.type === type && c.status === "True");
  const phase = pod?.status?.phase ?? "";
  const container = pod?.status?.containerStatuses?.[0]?.state;
  const failed = condition("Failed");
  // The pod's own end comes first: the Job's condition follows when its controller has seen it.
  const finished = failed !== undefined || phase === "Succeeded" || phase === "Failed";
  const waiting = container?.waiting;
  return {
    pod: pod?.metadata?.name,
    started: finished ? container?.terminated !== undefined : phase === "Running",
    finished,
    succeeded: phase === "Succeeded",
    line: failed?.message ?? container?.terminated?.message?.trim() ?? waiting?.message ??
      waiting?.reason ?? pod?.status?.message ?? `tester: ${phase.toLowerCase() || "pending"}`,
  };
}
