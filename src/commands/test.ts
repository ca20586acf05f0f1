/** test: installs the tester's Job for a release, follows it, prints the table, removes it. */

import { join } from "node:path";
import { helmGetValues, helmUninstall, helmUpgradeInstall } from "../cluster/helm.ts";
import { kubectlGet, kubectlLogs } from "../cluster/kubectl.ts";
import { type Target, targetOf } from "../cluster/target.ts";
import { type JobList, jobState } from "../cluster/job_state.ts";
import { parseDuration } from "../config/duration.ts";
import { ToolError } from "../errors.ts";
import { inferenceChart, testerChart, testerRelease } from "../plan/names.ts";
import { extractReport } from "../tester/report_log.ts";
import { printReport } from "../tester/result_table.ts";
import { cleanText, lastLines } from "../text/clean.ts";
import type { World } from "../world.ts";
import { readChartValues } from "./chart_values.ts";
import { findChart, sortWords } from "./find_chart.ts";
import { withInterruptNote } from "./interrupt.ts";
import type { testOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

interface ReleaseValues {
  readonly deployer?: { readonly image?: string | null };
  readonly imagePullSecret?: string | null;
}

export async function test(
  { settings, words, rest }: Invocation<typeof testOptions>,
  world: World,
): Promise<void> {
  const found = await sortWords(words, world.files);
  const tree = await findChart(found.chart, world.files);
  const release = found.release ?? inferenceChart(tree.marker.name);
  const chart = join(tree.path, testerChart(tree.marker.name));
  const target = targetOf(settings, world.env);
  const tester = testerRelease(release);
  const installed = JSON.parse(
    (await world.exec(helmGetValues(target, release))).stdout,
  ) as ReleaseValues;
  const values = {
    image: settings.image ?? installed.deployer?.image,
    imagePullSecret: settings.pull_secret ?? installed.imagePullSecret,
    server: { url: await serverUrl(target, release, world) },
  };
  const seconds = settings.timeout === undefined
    ? (await readChartValues(chart, world.files)).deadlineSeconds ?? 3600
    : parseDuration(settings.timeout);

  const remove = () => world.exec(helmUninstall(target, tester), { afterInterrupt: true });
  const left = `release ${tester} is still there: helm uninstall ${tester}`;
  await withInterruptNote(settings.keep ? left : `release ${tester} is removed`, async () => {
    try {
      // A Job cannot be upgraded.
      await world.exec(helmUninstall(target, tester));
      await world.exec(helmUpgradeInstall(target, { release: tester, chart, values, rest }));
      const { log, failure } = await followJob(target, tester, seconds, world);
      const report = extractReport(log);
      // A run of which some points failed has a table of the others.
      if (report !== undefined) world.streams.out(printReport(report));
      if (failure !== undefined || report === undefined) {
        const what = failure ?? "it ended without a report";
        throw new ToolError(`the load test failed: ${what}`, { output: lastLines(log, 20) });
      }
    } finally {
      if (!settings.keep) await remove();
    }
  });
}

async function serverUrl(target: Target, release: string, world: World): Promise<string> {
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/component=inference`;
  const { stdout } = await world.exec(kubectlGet(target, "services", selector));
  const { items } = JSON.parse(stdout) as { items: { metadata: { name: string } }[] };
  if (items[0]) return `http://${items[0].metadata.name}:8000`;
  throw new ToolError(`release ${release} has no Service`, {
    hint: "install it first: helm navigator install",
  });
}

const POLL_MS = 500;

/** The Job's whole log, once it has ended. */
async function followJob(
  target: Target,
  release: string,
  seconds: number,
  world: World,
): Promise<{ log: string; failure: string | undefined }> {
  const selector = `app.kubernetes.io/instance=${release},app.kubernetes.io/component=tester`;
  const deadline = world.now().getTime() + seconds * 1000;
  const show = (line: string) => {
    const text = cleanText(line);
    if (world.streams.terminal) world.streams.progress(text);
    else if (/^(wait|measure)/.test(text)) world.streams.err(text);
  };
  let log = "";
  let last = "";
  while (true) {
    const { stdout } = await world.exec(kubectlGet(target, "jobs,pods", selector));
    const state = jobState(JSON.parse(stdout) as JobList);
    if (state.line !== last) show(last = state.line);
    if (state.pod !== undefined && state.started) {
      const following = await world.exec(
        kubectlLogs(target, state.pod, !state.finished),
        { onLine: show, accept: "any" },
      );
      log = following.stdout;
    }
    if (state.finished) {
      world.streams.progress("");
      return { log, failure: state.succeeded ? undefined : state.line };
    }
    if (world.now().getTime() > deadline) {
      throw new ToolError(`the load test is not done after ${seconds} s: ${state.line}`);
    }
    await world.sleep(POLL_MS);
  }
}
