/** `test` of a release that is installed, with a cluster that says what it is told to. */

import { printMarker } from "../../../src/chart/marker.ts";
import { run } from "../../../src/cli/run.ts";
import type { Failure, Report } from "../../../src/tester/report.ts";
import { printLogged } from "../../../src/tester/report_log.ts";
import {
  type Answer,
  type FakeOptions,
  type FakeTool,
  fakeWorld,
  inFolder,
} from "../../support/fake_world.ts";
import { ended, job, jobPod, json, running, tester } from "../../support/kube.ts";
import { sampleMeasurement, sampleReport } from "../../support/report.ts";

export const report = (throughput: number, failures: Failure[] = []): Report =>
  sampleReport({ measurements: [sampleMeasurement({ throughput })], failures });
export const STEPS = "wait for model m\nready after 1 s\nmeasure 1/1 batch 1 concurrency 1\n";
export const whole = `${STEPS}${printLogged(report(4711))}\n`;

export const runs = json(job(), jobPod({ phase: "Running", ...tester(running) }));
export const ends = (code: number, words = "") =>
  json(
    job(),
    jobPod({ phase: code === 0 ? "Succeeded" : "Failed", ...tester(ended(code, words)) }),
  );

export const jobs = (...answers: Answer[]): FakeTool => ({
  starts: "kubectl get jobs,pods --selector " +
    "app.kubernetes.io/instance=m-tester,app.kubernetes.io/component=tester",
  answers,
});
export const follow = (...answers: Answer[]): FakeTool => ({
  starts: "kubectl logs t-pod --follow --container tester",
  answers,
});
export const fetched = (answer: Answer): FakeTool => ({
  starts: "kubectl logs t-pod --container tester",
  answer,
});
export const uninstall = (...answers: Answer[]): FakeTool => ({
  starts: "helm uninstall m-tester --ignore-not-found --wait",
  answers: answers.length > 0 ? answers : ["", ""],
});

/** `test` of a release that is installed: from here on only the Job is of interest. */
export async function test(
  tools: readonly FakeTool[],
  options: FakeOptions = {},
  flags: string[] = [],
  installed: object = { deployer: { image: "r/m:1" } },
) {
  let values: unknown;
  const files = new Map<string, string>();
  const world = fakeWorld({
    ...options,
    tools: [
      { starts: "helm get values m-inference", answer: JSON.stringify(installed) },
      {
        starts: "kubectl get services",
        answer: JSON.stringify({ items: [{ metadata: { name: "m-inference" } }] }),
      },
      {
        starts: "helm upgrade --install m-tester",
        answer: ({ stdin }) => {
          values = JSON.parse(stdin!);
          return "";
        },
      },
      ...tools,
    ],
  });
  let code = -1;
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/m-tester`);
    await Deno.writeTextFile(`${folder}/m-tester/values.yaml`, "deadlineSeconds: 600\n");
    const marker = printMarker({ name: "m", version: "0.1.0" });
    await Deno.writeTextFile(`${folder}/.helm-navigator.json`, marker);
    code = await run(["test", "--report", "r", ...flags], world);
    for (const name of await world.files.list("r").catch(() => [])) {
      files.set(name, await Deno.readTextFile(`r/${name}`));
    }
  });
  world.done();
  const [out, err] = [world.stdout, world.stderr].map((lines) => lines.join("\n"));
  return { code, out: out!, err: err!, world, values, files };
}
