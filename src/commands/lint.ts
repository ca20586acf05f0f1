/** lint: charts → what Helm, Kubernetes' schemas, Pod Security, our rules and the cluster say. */

import { helmLint, valueFlags } from "../cluster/helm.ts";
import { kubectlDryRun } from "../cluster/kubectl.ts";
import { helmProgram, type Target, targetOf } from "../cluster/target.ts";
import { ToolError, UserError } from "../errors.ts";
import { countFindings, type Finding, sortFindings } from "../review/finding.ts";
import { isSaidBy, parseDryRun, parseHelmLint } from "../review/helm_words.ts";
import { printFindings } from "../review/report.ts";
import { reviewChart } from "../review/review.ts";
import { cleanText } from "../text/clean.ts";
import type { World } from "../world.ts";
import { type ChartDirectory, withCharts } from "./find_charts.ts";
import type { lintOptions } from "./options.ts";
import { refusal } from "./refusal.ts";
import { renderChart } from "./render_chart.ts";
import type { Invocation } from "./verb.ts";

interface Reviewed {
  readonly chart: string;
  readonly path: string;
  readonly findings: readonly Finding[];
}

export async function lint(
  invocation: Invocation<typeof lintOptions>,
  world: World,
): Promise<void> {
  refuseOurOwn(invocation.rest);
  await withCharts(
    invocation.words,
    world,
    (charts) => lintAndReview(charts, invocation, world),
  );
}

async function lintAndReview(
  charts: readonly ChartDirectory[],
  { settings, rest }: Invocation<typeof lintOptions>,
  world: World,
): Promise<void> {
  const target = settings.server ? targetOf(settings, world.env) : undefined;
  const namespace = settings.namespace ?? world.env("HELM_NAMESPACE");
  const [linted, reviewed] = await Promise.all([
    lintCharts(charts, rest, world),
    reviewCharts(charts, { namespace, rest, target }, world),
  ]);
  const results = reviewed.map(({ chart, path, findings }): Reviewed => {
    const ofHelm = (linted.get(path) ?? []).filter((finding) => !isSaidBy(finding, findings));
    const all = sortFindings([...ofHelm, ...findings]);
    return { chart, path, findings: settings.strict ? all.map(strictly) : all };
  });
  report(results, settings.output === "json", world);
}

function refuseOurOwn(rest: readonly string[]): void {
  const ours = rest.filter((word) => /^--(kube-version|output-dir)(=|$)/.test(word));
  if (ours.length === 0) return;
  throw new UserError(ours.map((word) => ({
    where: word.replace(/=.*$/, ""),
    what: "cannot be passed on: `lint` says itself for which Kubernetes it renders, and where to",
    hint: "leave it out",
  })));
}

function strictly(finding: Finding): Finding {
  return finding.severity === "warning" ? { ...finding, severity: "error" } : finding;
}

/** One helm for all charts, and a second one only when not all of them take the user's values. */
async function lintCharts(
  charts: readonly ChartDirectory[],
  rest: readonly string[],
  world: World,
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const values = valueFlags(rest);
  const groups = values.length === 0
    ? [charts]
    : [charts.filter((chart) => chart.takesValues), charts.filter((chart) => !chart.takesValues)];
  const found = new Map<string, readonly Finding[]>();
  for (const group of groups.filter(({ length }) => length > 0)) {
    const flags = group.every((chart) => chart.takesValues) ? values : [];
    const command = helmLint(helmProgram(world.env), group.map(({ path }) => path), flags);
    const { code, stdout, stderr } = await world.exec(command, { accept: "any" });
    const said = parseHelmLint(stdout);
    const isExplained = said.flat().some(({ severity }) => severity === "error");
    if (code !== 0 && !isExplained) throw refusal(command, code, stderr);
    group.forEach(({ path }, i) => found.set(path, said[i] ?? []));
  }
  return found;
}

/** Charts that are rendered side by side, each by a helm for each version. */
const AT_ONCE = 4;

interface ReviewOptions {
  readonly namespace: string | undefined;
  readonly rest: readonly string[];
  readonly target: Target | undefined;
}

async function reviewCharts(
  charts: readonly ChartDirectory[],
  { namespace, rest, target }: ReviewOptions,
  world: World,
): Promise<Reviewed[]> {
  const reviewed: Reviewed[] = [];
  for (let i = 0; i < charts.length; i += AT_ONCE) {
    const batch = charts.slice(i, i + AT_ONCE);
    const rendered = await Promise.all(
      batch.map((chart) => renderChart(chart, { namespace, rest }, world)),
    );
    for (const [j, { renderings, findings }] of rendered.entries()) {
      const { path, shown, framework } = batch[j]!;
      const manifests = renderings.at(-1)?.text;
      const ofServer = target && manifests ? await askServer(target, manifests, world) : [];
      reviewed.push({
        chart: shown,
        path,
        findings: [...findings, ...reviewChart({ renderings, framework }), ...ofServer],
      });
    }
  }
  return reviewed;
}

/** @throws ToolError when the cluster does not come to look at the objects */
async function askServer(
  target: Target,
  manifests: string,
  world: World,
): Promise<readonly Finding[]> {
  const command = kubectlDryRun(target, manifests);
  const { code, stderr } = await world.exec(command, { accept: "any" });
  const findings = parseDryRun(stderr);
  if (findings !== undefined && (code === 0 || findings.length > 0)) return findings;
  throw refusal(command, code, stderr);
}

function report(results: readonly Reviewed[], json: boolean, world: World): void {
  if (json) {
    const list = results.flatMap(({ chart, findings }) =>
      findings.map((finding) => ({ chart, ...finding }))
    );
    world.streams.out(JSON.stringify(list));
  } else {
    const texts = results.filter(({ findings }) => findings.length > 0)
      .map(({ chart, findings }) => printFindings(chart, findings));
    if (texts.length > 0) world.streams.out(cleanText(texts.join("\n\n")));
  }
  const all = results.flatMap(({ findings }) => findings);
  const charts = `${results.length} chart${results.length === 1 ? "" : "s"}`;
  const counts = `${countFindings(all)} in ${charts}`;
  if (all.some(({ severity }) => severity === "error")) throw new ToolError(counts);
  world.streams.err(counts);
}
