import { describeJob, jobState } from "../../../src/cluster/job_state.ts";
import { equal } from "../../support/assert.ts";
import { ended, job, jobPod, running, tester, unscheduled, waiting } from "../../support/kube.ts";

Deno.test("the tester's Job, from nothing to its end", () => {
  const said = (...items: object[]) => {
    const { started, finished, succeeded, ...seen } = jobState({ items });
    const flags = [started && "started", finished && "finished", succeeded && "succeeded"];
    return [
      flags.filter(Boolean).join(" "),
      describeJob({ started, finished, succeeded, ...seen }),
    ];
  };
  const deadline = { type: "Failed", status: "True", message: "active longer than its deadline" };
  const rows: [object[], string, string][] = [
    [[], "", "tester: no pod yet"],
    [[job()], "", "tester: no pod yet"],
    [[job(), jobPod({ phase: "Pending" })], "", "tester: starting"],
    [[job(), jobPod(unscheduled("no node"))], "", "tester: no node"],
    [
      [job(), jobPod(tester(waiting("ErrImagePull", "denied")))],
      "",
      "tester: cannot pull the image: denied",
    ],
    [[job(), jobPod({ phase: "Running", ...tester(running) })], "started", "tester: running"],
    [
      [job(), jobPod({ phase: "Running", ...tester(ended(0)) })],
      "started finished succeeded",
      "tester: done",
    ],
    [[job(), jobPod({ phase: "Succeeded" })], "finished succeeded", "tester: done"],
    [[job([deadline])], "finished", "tester: active longer than its deadline"],
    [
      [job([deadline]), jobPod(tester(ended(1, "table\nerror: 1 of 2 failed")))],
      "started finished",
      "tester: the tester ended with exit code 1: 1 of 2 failed",
    ],
    [
      [job(), jobPod({ phase: "Failed", reason: "Evicted", message: "low on disk" })],
      "finished",
      "tester: Evicted: low on disk",
    ],
  ];
  for (const [items, flags, says] of rows) equal(said(...items), [flags, says]);
});

Deno.test("the pods and the Job of the run before say nothing about this one", () => {
  const gone = { deletionTimestamp: "2024-01-01T00:00:00Z" };
  const done = { phase: "Succeeded", ...tester(ended(0)) };
  const stale = jobPod(done, { name: "a", ownerReferences: [{ name: "t", uid: "job-1" }] });
  const leaving = jobPod(done, { name: "b", ...gone });
  const before = job([{ type: "Complete", status: "True" }], { uid: "job-1", ...gone });
  const seen = (...items: object[]) => {
    const { job, pod, finished } = jobState({ items });
    return { job, pod, finished };
  };
  equal(seen(before, stale), { job: undefined, pod: undefined, finished: false });
  equal(seen(before, job(), stale, leaving), { job: "job-2", pod: undefined, finished: false });
  equal(seen(stale, leaving, job(), jobPod(tester(running))).pod, "t-pod");
});

Deno.test("a mesh in the tester's pod", () => {
  const proxy = { name: "istio-proxy", ...running };
  const { containerStatuses } = tester(ended(0));
  const seen = jobState({
    items: [job(), jobPod({ phase: "Running", containerStatuses: [proxy, ...containerStatuses] })],
  });
  equal([seen.finished, seen.succeeded], [true, true]);
});
