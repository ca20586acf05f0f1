import { printMarker } from "../../../src/chart/marker.ts";
import { run } from "../../../src/cli/run.ts";
import { followJob } from "../../../src/commands/follow_job.ts";
import { targetOf } from "../../../src/cluster/target.ts";
import { Interrupted, type ToolError } from "../../../src/errors.ts";
import { type Failure, type Measurement, type Report } from "../../../src/tester/report.ts";
import { printLogged } from "../../../src/tester/report_log.ts";
import { equal, failure, match } from "../../support/assert.ts";
import {
  type Answer,
  type FakeOptions,
  type FakeTool,
  fakeWorld,
  inFolder,
} from "../../support/fake_world.ts";
import {
  ended,
  job,
  jobPod,
  json,
  running,
  tester,
  unscheduled,
  waiting,
} from "../../support/kube.ts";

const figures = { avg: 1, p50: 1, p90: 1, p95: 1, p99: 1, clientSend: 1, clientReceive: 1 };
const inside = { network: 1, queue: 1, computeInput: 1, computeInfer: 1, computeOutput: 1 };
const measurement = (throughput: number): Measurement => ({
  batch: 1,
  concurrency: 1,
  stable: true,
  throughput,
  ...figures,
  ...inside,
});
const report = (throughput: number, failures: Failure[] = []): Report => ({
  schema: 1,
  model: "m",
  modelVersion: 1,
  server: { version: "2.26.0", url: "http://r:8000" },
  perfAnalyzer: "2.26.0",
  measurements: [measurement(throughput)],
  failures,
});
const STEPS = "wait for model m\nready after 1 s\nmeasure 1/1 batch 1 concurrency 1\n";
const whole = `${STEPS}${printLogged(report(4711))}\n`;

const runs = json(job(), jobPod({ phase: "Running", ...tester(running) }));
const ends = (code: number, words = "") =>
  json(
    job(),
    jobPod({ phase: code === 0 ? "Succeeded" : "Failed", ...tester(ended(code, words)) }),
  );

const jobs = (...answers: Answer[]): FakeTool => ({
  starts: "kubectl get jobs,pods --selector " +
    "app.kubernetes.io/instance=m-tester,app.kubernetes.io/component=tester",
  answers,
});
const follow = (...answers: Answer[]): FakeTool => ({
  starts: "kubectl logs t-pod --follow --container tester",
  answers,
});
const fetched = (answer: Answer): FakeTool => ({
  starts: "kubectl logs t-pod --container tester",
  answer,
});
const uninstall = (...answers: Answer[]): FakeTool => ({
  starts: "helm uninstall m-tester --ignore-not-found --wait",
  answers: answers.length > 0 ? answers : ["", ""],
});

/** `test` of a release that is installed: from here on only the Job is of interest. */
async function test(tools: readonly FakeTool[], options: FakeOptions = {}, flags: string[] = []) {
  const world = fakeWorld({
    ...options,
    tools: [
      { starts: "helm get values m-inference", answer: '{"deployer": {"image": "r/m:1"}}' },
      {
        starts: "kubectl get services",
        answer: JSON.stringify({ items: [{ metadata: { name: "m-inference" } }] }),
      },
      { starts: "helm upgrade --install m-tester" },
      ...tools,
    ],
  });
  let code = -1;
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/m-tester`);
    await Deno.writeTextFile(`${folder}/m-tester/values.yaml`, "deadlineSeconds: 600\n");
    const marker = printMarker({ name: "m", version: "0.1.0" });
    await Deno.writeTextFile(`${folder}/.helm-navigator.json`, marker);
    code = await run(["test", ...flags], world);
  });
  world.done();
  return { code, out: world.stdout.join("\n"), err: world.stderr.join("\n"), world };
}

Deno.test("test: the table, each step told once, nothing fetched twice, nothing left", async () => {
  const { code, out, err, world } = await test([
    uninstall(),
    jobs(json(job()), runs, ends(0)),
    follow(whole),
  ]);
  equal([code, err], [0, STEPS.trim()]);
  match(out, /4711/);
  equal(world.commands.at(-1)!.startsWith("helm uninstall m-tester"), true);
});

Deno.test("test: a log that broke off is read again, and each line shown once", async () => {
  const { code, out, err } = await test([
    uninstall(),
    jobs(runs, runs, ends(0)),
    follow("wait for model m\nready af", { stdout: "", code: 1, stderr: "gone" }),
    fetched(whole),
  ]);
  equal(code, 0);
  match(out, /4711/);
  equal(err.match(/^wait/gm)!.length, 1);
  equal(err.match(/^measure/gm)!.length, 1);
});

Deno.test("test: a log that cannot be read at first is asked for again", async () => {
  const { code, err } = await test([
    uninstall(),
    jobs(ends(0)),
    {
      ...fetched(""),
      answers: [{ code: 1, stderr: "i/o timeout" }, whole],
    },
  ]);
  equal(code, 0);
  match(err, /does not answer, trying again: i\/o timeout/);
});

Deno.test("test: the report is never that of the run before", async () => {
  const stale = jobPod({ phase: "Succeeded", ...tester(ended(0)) }, {
    name: "a-stale-pod",
    ownerReferences: [{ name: "t", uid: "job-1" }],
  });
  const { code, out } = await test([
    uninstall(),
    jobs(json(job(), stale), ends(0)),
    fetched(whole),
  ]);
  equal(code, 0);
  match(out, /4711/);
});

Deno.test("test: points that failed are said, after the table of the others", async () => {
  const failures = [{ batch: 2, concurrency: 1, errors: 3, reason: "too big" }];
  const words = "error: 1 of 2 measurements failed\n  too big\n";
  const { code, out, err } = await test([
    uninstall(),
    jobs(runs, ends(1, words)),
    follow(`${STEPS}${printLogged(report(4711, failures))}\n${words}`),
  ]);
  equal(code, 1);
  match(out, /4711/);
  match(err, /error: the load test failed: .*1 of 2 measurements failed\n.*\n +too big$/m);
  equal(err.includes("NAVIGATOR REPORT"), false);
});

Deno.test("test: Ctrl-C while following removes the tester, or says that it is still there", async () => {
  const interrupted = (...tools: FakeTool[]) => {
    const controller = new AbortController();
    const pressed = () => {
      controller.abort(new Interrupted());
      return { stdout: STEPS, hangs: true };
    };
    return test([jobs(runs), follow(pressed), ...tools], { signal: controller.signal }, [
      "--namespace",
      "ns",
    ]);
  };
  const { code, err } = await interrupted(uninstall());
  equal([code, err.split("\n").at(-1)], [130, "release m-tester is removed"]);
  const left = await interrupted(uninstall("", { code: 1, stderr: "connection refused" }));
  equal([left.code, left.err.split("\n").at(-1)], [
    130,
    "release m-tester is still there: helm uninstall m-tester -n ns",
  ]);
});

Deno.test("test: a clean-up that fails never hides how the test ended", async () => {
  const broken = uninstall("", { code: 1, stderr: "connection refused" });
  const said = "release m-tester is still there: helm uninstall m-tester";
  const failed = await test([
    broken,
    jobs(runs, ends(1, "error: no model")),
    follow(STEPS),
    fetched(STEPS),
  ]);
  equal(failed.code, 1);
  match(failed.err, new RegExp(`^${said}\nerror: the load test failed: .*no model`, "m"));
  const well = await test([broken, jobs(runs, ends(0)), follow(whole)]);
  equal(well.code, 1);
  match(well.out, /4711/);
  match(well.err, new RegExp(`error: ${said}\n[\\s\\S]*connection refused`));
});

Deno.test("test: --keep leaves the tester there", async () => {
  const { code } = await test([uninstall(""), jobs(runs, ends(0)), follow(whole)], {}, ["--keep"]);
  equal(code, 0);
});

Deno.test("test: what keeps the tester from starting is said in one line", async () => {
  const pending = (status: object) => json(job(), jobPod(status));
  const invalid = await test([
    uninstall(),
    jobs(pending(tester(waiting("InvalidImageName", "bad")))),
  ]);
  equal(invalid.code, 1);
  match(invalid.err, /error: the load test cannot start: cannot pull the image: bad$/m);
  const absent = tester(waiting("ImagePullBackOff", "r/m:1: not found"));
  const image = await test([uninstall(), jobs(pending(absent))]);
  equal(image.world.now().getTime(), 30_000);
  match(image.err, /error: the load test cannot start: .*r\/m:1: not found$/m);
  const nowhere = await test(
    [uninstall(), jobs(pending(unscheduled("0/1 nodes are available")))],
    {},
    ["--timeout", "50"],
  );
  equal(nowhere.world.now().getTime(), 50_000);
  match(nowhere.err, /^tester: 0\/1 nodes are available$/m);
  match(nowhere.err, /error: the load test is not done after 50 s: tester: 0\/1 nodes/);
});

Deno.test("test: a Job whose pods are refused is told from its events", async () => {
  const refused = (message: string) => ({
    starts: "kubectl get events --field-selector involvedObject.uid=job-2 --output json",
    answer: JSON.stringify({ items: [{ type: "Warning", reason: "FailedCreate", message }] }),
  });
  const security = await test([uninstall(), jobs(json(job())), refused("violates PodSecurity")]);
  match(security.err, /cannot start: the cluster refuses the pod: violates PodSecurity/);
  equal(security.world.now().getTime(), 3000);
  const quota = await test([uninstall(), jobs(json(job())), refused("exceeded quota: q")]);
  match(quota.err, /cannot start: the cluster refuses the pod: exceeded quota: q/);
  equal(quota.world.now().getTime(), 33_000);
});

Deno.test("test: --timeout holds while the log is followed, but a Job that is done has its result", async () => {
  const target = targetOf({}, () => undefined);
  const hangs = { stdout: STEPS, hangs: true };
  const late = fakeWorld({ tools: [jobs(runs), follow(hangs)] });
  const error = await failure(() => followJob(target, "m-tester", 0.05, late)) as ToolError;
  match(error.message, /the load test is not done after 0.05 s: tester: running/);
  match(error.details.hint!, /--timeout/);
  const done = fakeWorld({ tools: [jobs(runs, ends(0)), follow(hangs), fetched(whole)] });
  const { log, failure: why } = await followJob(target, "m-tester", 0.05, done);
  equal([log, why], [whole.trimEnd(), undefined]);
  done.done();
});
