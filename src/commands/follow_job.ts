/** Follows the tester's Job until it has ended, and brings its log. */

import { describeJob, type JobState, jobState } from "../cluster/job_state.ts";
import type { KubeList } from "../cluster/kube_object.ts";
import { kubectlGet, kubectlLogs } from "../cluster/kubectl.ts";
import { judged, type Memory, remember } from "../cluster/patience.ts";
import type { Target } from "../cluster/target.ts";
import { refusalTrouble, type Trouble } from "../cluster/trouble.ts";
import { ToolError } from "../errors.ts";
import { extractReport } from "../tester/report_log.ts";
import type { ExecOptions, World } from "../world.ts";
import { readWarning } from "./look_closer.ts";
import { poll } from "./poll.ts";
import { lineShower } from "./watch_release.ts";

export interface JobEnd {
  readonly log: string;
  readonly failure: Trouble | undefined;
}

const POLL_MS = 500;
/** A Job has its pod at once, unless the cluster refuses it. */
const POD_MS = 3000;
const KEEP_HINT = "--keep leaves the Job there to look at";

export async function followJob(
  target: Target,
  release: string,
  seconds: number,
  world: World,
): Promise<JobEnd> {
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/component=tester`;
  const show = lineShower(world);
  const log = logReader(target, show, world);
  const begun = world.now().getTime();
  let memory: Memory = new Map();
  let line = "no answer from the cluster";

  const look = async (signal: AbortSignal): Promise<JobState> => {
    const command = kubectlGet(target, "jobs,pods", selector);
    const state = jobState(JSON.parse((await world.exec(command, { signal })).stdout) as KubeList);
    if (state.finished && state.pod !== undefined && !log.isWhole()) {
      // A Job that failed has its reason elsewhere too.
      await log.read(state.pod, { signal, ...(state.succeeded ? {} : { accept: "any" }) });
    }
    const waited = world.now().getTime() - begun;
    if (state.job === undefined || state.pod !== undefined || state.finished || waited < POD_MS) {
      return state;
    }
    const warning = await readWarning(target, state.job, world, signal);
    return warning === undefined ? state : { ...state, trouble: refusalTrouble(warning) };
  };
  const end = await poll<JobState, JobEnd>({
    seconds,
    everyMs: POLL_MS,
    look,
    judge: async (seen, { signal, last }) => {
      if (seen.finished) {
        return { log: log.text(), failure: seen.succeeded ? undefined : seen.trouble };
      }
      const state = patiently(seen);
      line = describeJob(state);
      if (state.trouble || world.streams.terminal) show(line);
      if (state.trouble?.hopeless) {
        const { problem, details } = state.trouble;
        throw new ToolError(`the load test cannot start: ${problem}`, {
          output: details,
          hint: KEEP_HINT,
        });
      }
      if (state.started && state.pod !== undefined && !last && !log.isWhole()) {
        await log.read(state.pod, { signal, accept: "any" }, true);
      }
      return undefined;
    },
    late: () =>
      new ToolError(`the load test is not done after ${seconds} s: ${line}`, {
        hint: `give it more time with --timeout; ${KEEP_HINT}`,
      }),
  }, world);
  world.streams.progress("");
  return end;

  function patiently(state: JobState): JobState {
    const now = world.now().getTime();
    const patient = { pod: "tester", ...state.trouble };
    memory = remember(memory, [patient], now);
    const { pod: _, ...trouble } = judged(patient, memory, now);
    return state.trouble ? { ...state, trouble: trouble as Trouble } : state;
  }
}

/** The tester's log: read again from its beginning when a reading broke off, but each line shown once. */
function logReader(target: Target, show: (line: string) => void, world: World) {
  let lines: readonly string[] = [];
  const text = () => lines.join("\n");
  return {
    text,
    isWhole: () => extractReport(text()) !== undefined,
    read: async (pod: string, options: ExecOptions, follow = false): Promise<void> => {
      const read: string[] = [];
      const onLine = (line: string) => {
        if (read.push(line) > lines.length && /^(wait|ready|measure)/.test(line)) show(line);
      };
      const command = kubectlLogs(target, pod, follow, { container: "tester" });
      try {
        await world.exec(command, { ...options, onLine });
      } finally {
        if (read.length >= lines.length) lines = read;
      }
    },
  };
}
