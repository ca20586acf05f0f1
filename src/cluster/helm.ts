/** What helm wants to hear. */

import type { ToolCommand } from "../world.ts";
import { clusterHint } from "./kubectl.ts";
import type { Target } from "./target.ts";

export function helmLint(program: string, charts: readonly string[]): ToolCommand {
  return { program, args: ["lint", "--strict", ...charts] };
}

export interface HelmInstall {
  readonly release: string;
  readonly chart: string;
  /** A file with values; `-` is stdin. */
  readonly values: string;
  readonly rest: readonly string[];
}

export function helmUpgradeInstall(target: Target, request: HelmInstall): ToolCommand {
  return helm(target, [
    "upgrade",
    "--install",
    request.release,
    request.chart,
    // What an earlier install said stays, on top of the chart's own defaults.
    "--reset-then-reuse-values",
    "--values",
    request.values,
  ], request.rest);
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
  return { program: target.helm, args: [...args, ...where, ...rest], hint: clusterHint };
}
