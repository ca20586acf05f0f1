/** The names of charts, images and releases, derived from what the user said. */

import type { Problem } from "../errors.ts";
import type { Config, PartialConfig } from "../config/schema.ts";

/** Helm's limit. */
const MAX_RELEASE = 53;
const MAX_LENGTH = MAX_RELEASE - "-inference".length;

/** `add_sub_i0` → `add-sub-i0`, as charts, Services and releases are called. */
export function chartBaseName(directory: string): string {
  return directory.toLowerCase().replaceAll(/[_.]/g, "-");
}

export function chartNameProblems(config: PartialConfig): Problem[] {
  const directory = config.chart_name ?? config.model_name;
  if (directory === undefined) return [];
  const name = chartBaseName(directory);
  const where = "--chart-name";
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    return [{
      where,
      what: `\`${directory}\` cannot become a Kubernetes name`,
      hint:
        "begin with a letter, go on with letters, digits, `-`, `_` or `.`, end with a letter or digit",
    }];
  }
  if (name.length > MAX_LENGTH) {
    const what =
      `\`${directory}\` has ${name.length} characters, at most ${MAX_LENGTH} are possible`;
    return [{ where, what, hint: "give a shorter `--chart-name`" }];
  }
  return [];
}

export function chartDirectoryName(config: Config): string {
  return config.chart_name ?? config.model_name;
}

export function chartsDirectory(config: Config): string {
  return config.charts_repository ?? `${config.workspace_path}/charts`;
}

export function inferenceChart(base: string): string {
  return `${base}-inference`;
}

export function testerChart(base: string): string {
  return `${base}-tester`;
}

/** The tester's release of an inference release: `add-sub-inference` → `add-sub-tester`. */
export function testerRelease(release: string): string {
  const base = release.replace(/-inference$/, "").slice(0, MAX_RELEASE - "-tester".length);
  return `${base.replace(/-+$/, "")}-tester`;
}
