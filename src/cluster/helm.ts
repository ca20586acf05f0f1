/** What helm wants to hear. */

import type { ToolCommand } from "../world.ts";
import { clusterHint } from "./kubectl.ts";
import type { Target } from "./target.ts";

/**
 * Helm has ended before there is much garbage to collect: a fifth of its time goes without. Up to
 * the limit, that is: https://go.dev/doc/gc-guide#Memory_limit
 */
const NO_GARBAGE = { GOGC: "off", GOMEMLIMIT: "512MiB" };

function helmCommand(program: string, args: readonly string[]): ToolCommand {
  return { program, args, tuning: NO_GARBAGE };
}

/** @param values flags that give values, for all the charts */
export function helmLint(
  program: string,
  charts: readonly string[],
  values: readonly string[] = [],
): ToolCommand {
  return {
    ...helmCommand(program, ["lint", "--strict", ...charts, ...values]),
    reason: lintReason,
  };
}

/** Of the charts that fail, why: Helm says it on stdout, beside the praise of all the others. */
function lintReason(stdout: string): string {
  return stdout.split(/^(?===> Linting )/m)
    .filter((part) => /^\[(ERROR|WARNING)\] /m.test(part))
    .map((part) => part.replace(/^\[INFO\] .*\n/gm, "").trim()).join("\n");
}

export interface HelmTemplate {
  readonly release: string;
  readonly chart: string;
  /** The one that the chart is for; by default Helm's own. */
  readonly kubeVersion?: string;
  readonly namespace: string | undefined;
  /** Lower than what `rest` says. */
  readonly values: object;
  readonly rest: readonly string[];
}

export function helmTemplate(program: string, request: HelmTemplate): ToolCommand {
  const { release, chart, kubeVersion, namespace, values, rest } = request;
  const args = [
    "template",
    release,
    chart,
    ...(kubeVersion ? ["--kube-version", kubeVersion] : []),
    "--values",
    "-",
    ...(namespace ? ["--namespace", namespace] : []),
    ...rest,
  ];
  return { ...helmCommand(program, args), stdin: JSON.stringify(values), hint: clusterHint };
}

const VALUE_FLAGS = /^(-f|--values|--set|--set-(string|json|literal|file))(=|$)/;

/** Of flags that `helm template` knows, those with values, which `helm lint` knows too. */
export function valueFlags(rest: readonly string[]): string[] {
  return rest.filter((word, i) =>
    VALUE_FLAGS.test(word) || /^-f./.test(word) ||
    (VALUE_FLAGS.test(rest[i - 1] ?? "") && !rest[i - 1]!.includes("="))
  );
}

export interface HelmRelease {
  readonly release: string;
  readonly chart: string;
  /** Flags of the user's for helm. */
  readonly rest: readonly string[];
}

export interface HelmInstall extends HelmRelease {
  readonly values: object;
}

/**
 * Values go through stdin: nothing of them stands in an argument list or on the disk, and what a
 * failure shows is what `--dry-run` prints.
 */
export function helmUpgradeInstall(target: Target, request: HelmInstall): ToolCommand {
  return { ...upgradeInstall(target, request), stdin: printValues(request.values) };
}

/**
 * The same before its values are known: helm starts, reads what the cluster knows of the release,
 * and waits for the rest of them. Without it, it refuses what it has, and does nothing. What others
 * do to the release meanwhile, it may refuse as well: it has seen it before.
 */
export function helmUpgradeInstallEarly(target: Target, request: HelmRelease): ToolCommand {
  return { ...upgradeInstall(target, request), stdin: OPENING };
}

export function restOfValues(values: object): string {
  return printValues(values).slice(OPENING.length);
}

const OPENING = "{";

/** JSON is YAML. */
function printValues(values: object): string {
  return JSON.stringify(values, null, 2);
}

function upgradeInstall(target: Target, request: HelmRelease): ToolCommand {
  return helm(target, [
    "upgrade",
    "--install",
    request.release,
    request.chart,
    // What an earlier install said stays, on top of the chart's own defaults.
    "--reset-then-reuse-values",
    "--values",
    "-",
  ], request.rest);
}

/** Prints one line: `v4.3.1+g1234567`. */
export function helmVersion(target: Target): ToolCommand {
  return helmCommand(target.helm, ["version", "--short"]);
}

/** Absent is fine: exit code 0 either way. */
export function helmUninstall(
  target: Target,
  release: string,
  rest: readonly string[] = [],
): ToolCommand {
  return helm(target, ["uninstall", release, "--ignore-not-found", "--wait"], rest);
}

/** The release's status, as JSON; fails when there is none. */
export function helmStatus(target: Target, release: string): ToolCommand {
  return helm(target, ["status", release, "--output", "json"]);
}

/** The release's chart and version, as JSON; fails when there is no such release. */
export function helmGetMetadata(target: Target, release: string): ToolCommand {
  return helm(target, ["get", "metadata", release, "--output", "json"]);
}

/** All values of a release, the chart's defaults included, as JSON. */
export function helmGetValues(target: Target, release: string): ToolCommand {
  return helm(target, ["get", "values", release, "--all", "--output", "json"]);
}

function helm(
  target: Target,
  args: readonly string[],
  rest: readonly string[] = [],
): ToolCommand {
  const where = [
    ...(target.namespace ? ["--namespace", target.namespace] : []),
    ...(target.context ? ["--kube-context", target.context] : []),
    ...(target.kubeconfig ? ["--kubeconfig", target.kubeconfig] : []),
  ];
  return { ...helmCommand(target.helm, [...args, ...where, ...rest]), hint: clusterHint };
}
