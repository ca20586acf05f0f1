/** The names of charts, images and releases, derived from what the user said. */

import type { Config } from "../config/schema.ts";
import type { Problem } from "../errors.ts";

/** Helm's limit. */
const MAX_RELEASE = 53;
const MAX_LENGTH = MAX_RELEASE - "-inference".length;
/** That of a Service: it begins with a letter. */
const NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Can Helm call a release, and Kubernetes its Service, by this name? */
export function isReleaseName(name: string): boolean {
  return name.length <= MAX_RELEASE && NAME.test(name);
}

/** `add_sub_i0` → `add-sub-i0`, as charts, Services and releases are called. */
export function chartBaseName(directory: string): string {
  return directory.toLowerCase().replaceAll(/[_.]/g, "-");
}

/** What keeps a chart's directory from having this name. */
export function chartNameProblem(directory: string): Omit<Problem, "where"> | undefined {
  const name = chartBaseName(directory);
  const shown = JSON.stringify(directory).slice(1, -1);
  if (!NAME.test(name)) {
    return {
      what: `\`${shown}\` cannot become the name of a chart`,
      hint:
        "begin with a letter, go on with letters, digits, `-`, `_` or `.`, end with a letter or digit; " +
        "`--chart-name` names the chart, `--charts-repository` its folder",
    };
  }
  if (name.length > MAX_LENGTH) {
    return {
      what: `\`${shown}\` has ${name.length} characters, at most ${MAX_LENGTH} are possible`,
      hint: "give a shorter `--chart-name`",
    };
  }
  return undefined;
}

/** `config_4` beside `m` → `m-config-4`, shortened to what a chart's name may have. */
export function suffixedName(base: string, suffix: string): string {
  const slug = suffix.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  const isExact = slug === chartBaseName(suffix);
  const room = MAX_LENGTH - base.length - 1;
  return isExact && slug.length <= room ? `${base}-${slug}` : hashedName(base, suffix);
}

/** The same, told from all others by a hash of the suffix. */
export function hashedName(base: string, suffix: string): string {
  const slug = suffix.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replace(/^-/, "");
  const hash = hashOf(suffix);
  const room = MAX_LENGTH - base.length - hash.length - 2;
  const start = slug.slice(0, Math.max(0, room)).replace(/-$/, "");
  return [base, ...(start === "" ? [] : [start]), hash].join("-");
}

/** FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/, in seven letters and digits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(36).padStart(7, "0");
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
