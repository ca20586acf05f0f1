/** test: installs the tester's Job for a release, follows it, shows what it found, removes it. */

import { join } from "node:path";
import { helmGetValues, helmUninstall, helmUpgradeInstall } from "../cluster/helm.ts";
import { kubectlGet } from "../cluster/kubectl.ts";
import { type Target, targetOf } from "../cluster/target.ts";
import { parseDuration } from "../config/duration.ts";
import { keysOf, type PartialConfig } from "../config/schema.ts";
import { ToolError, UserError } from "../errors.ts";
import { testerChart, testerRelease } from "../plan/names.ts";
import { planVariants } from "../plan/variant.ts";
import { extractReport } from "../tester/report_log.ts";
import { printReport } from "../tester/result_table.ts";
import { camelCase } from "../text/case.ts";
import { lastLines } from "../text/clean.ts";
import { quoteCommand } from "../text/quote.ts";
import type { World } from "../world.ts";
import { readChartValues } from "./chart_values.ts";
import { withCleanUp } from "./clean_up.ts";
import { findRelease } from "./find_chart.ts";
import { followJob, type JobEnd } from "./follow_job.ts";
import { withInterruptNote } from "./interrupt.ts";
import type { testOptions } from "./options.ts";
import { makeReportFolder, reportFolder, writeReport } from "./report_files.ts";
import type { Invocation } from "./verb.ts";
import { inferenceSelector } from "./watch_release.ts";

interface ReleaseValues {
  readonly deployer?: Readonly<Record<string, unknown>> & { readonly image?: string | null };
  readonly imagePullSecret?: string | null;
}

export async function test(
  { settings, words, rest }: Invocation<typeof testOptions>,
  world: World,
): Promise<void> {
  const { tree, release } = await findRelease(words, world, settings);
  const chart = join(tree.path, testerChart(tree.marker.name));
  const target = targetOf(settings, world.env);
  const tester = testerRelease(release);
  const installed = JSON.parse(
    (await world.exec(helmGetValues(target, release))).stdout,
  ) as ReleaseValues;
  const values = {
    // Else there would be no Job before `helm test`.
    helmTest: false,
    image: settings.image ?? installed.deployer?.image,
    imagePullSecret: settings.pull_secret ?? installed.imagePullSecret,
    server: { url: await serverUrl(target, release, world) },
    // Helm lays it over the chart's own, metric by metric.
    ...(settings.threshold ? { tester: { threshold: settings.threshold } } : {}),
  };
  const seconds = settings.timeout === undefined
    ? (await readChartValues(chart, world.files)).deadlineSeconds ?? 3600
    : parseDuration(settings.timeout);

  const folder = reportFolder(settings.report, release);
  await makeReportFolder(folder, world);

  const left = `release ${tester} is still there: ${uninstallLine(target, tester)}`;
  // A Job cannot be upgraded.
  await world.exec(helmUninstall(target, tester));
  const measure = async () => {
    await world.exec(helmUpgradeInstall(target, { release: tester, chart, values, rest }));
    const end = await followJob(target, tester, seconds, world);
    await showEnd(end, { folder, variant: variantName(installed.deployer) }, world);
  };
  if (settings.keep) return await withInterruptNote(left, measure);
  const remove = () => world.exec(helmUninstall(target, tester), { afterInterrupt: true });
  await withCleanUp({ remove, removed: `release ${tester} is removed`, left }, measure, world);
}

/** @throws ToolError when not every point was measured well; the report has the others */
async function showEnd(
  { log, failure }: JobEnd,
  { folder, variant }: { readonly folder: string; readonly variant: string | undefined },
  world: World,
): Promise<void> {
  const found = extractReport(log);
  // The tester does not know how the model was converted.
  const report = found && { ...found, ...(variant === undefined ? {} : { variant }) };
  if (report !== undefined) {
    world.streams.out(printReport(report));
    await writeReport(report, folder, world);
  }
  if (failure === undefined && report !== undefined) return;
  const what = failure?.problem ?? "its log is cut off before the end of the report";
  // What stands behind the report is the error; the report itself has been printed.
  const output = lastLines(log.split(/^-+END .*$/m).at(-1)!, 20) || failure?.details;
  throw new ToolError(`the load test failed: ${what}`, { output });
}

function uninstallLine({ namespace, context, kubeconfig }: Target, release: string): string {
  return quoteCommand("helm", [
    "uninstall",
    release,
    ...(namespace ? ["-n", namespace] : []),
    ...(context ? ["--kube-context", context] : []),
    ...(kubeconfig ? ["--kubeconfig", kubeconfig] : []),
  ]);
}

async function serverUrl(target: Target, release: string, world: World): Promise<string> {
  const { stdout } = await world.exec(kubectlGet(target, "services", inferenceSelector(release)));
  const { items } = JSON.parse(stdout) as { items: { metadata: { name: string } }[] };
  if (items[0]) return `http://${items[0].metadata.name}:8000`;
  throw new ToolError(`release ${release} has no Service`, {
    hint: "install it first: helm navigator install",
  });
}

/** What the deployer made of the model; undefined when the values are those of another chart. */
function variantName(values: ReleaseValues["deployer"] = {}): string | undefined {
  const config = Object.fromEntries(
    keysOf("deployer").map((key) => [key, values[camelCase(key)] ?? undefined]),
  ) as PartialConfig;
  try {
    return planVariants(config, { where: String }).variants[0]?.name;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
