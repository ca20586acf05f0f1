/** Is this Helm one that the plugin and the charts can live with? */

import type { Diagnosis } from "./diagnosis.ts";

/** The first with `platformHooks` in plugin.yaml. */
const OLDEST = [3, 18, 0] as const;
/** The first without CVE-2026-35204 to 35206, by major version. */
const MENDED: Readonly<Record<number, readonly [number, number, number]>> = {
  3: [3, 20, 2],
  4: [4, 1, 4],
};

/** @param text what `helm version --short` prints: `v4.3.1+g1234567` */
export function diagnoseHelm(text: string): Diagnosis {
  const version = /v?(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number) ?? [];
  const shown = `Helm ${version.join(".") || text.trim()}`;
  const part = "machine";
  if (isBefore(version, OLDEST)) {
    return {
      part,
      state: "error",
      what: shown,
      hint: `Helm ${OLDEST.join(".")} or newer is needed`,
    };
  }
  const mended = MENDED[version[0] ?? 0];
  if (mended && isBefore(version, mended)) {
    const hint = `Helm ${mended.join(".")} mends CVE-2026-35204, 35205 and 35206`;
    return { part, state: "warning", what: shown, hint };
  }
  return { part, state: "ok", what: shown };
}

function isBefore(version: readonly number[], limit: readonly number[]): boolean {
  const at = limit.findIndex((number, i) => (version[i] ?? 0) !== number);
  return at !== -1 && (version[at] ?? 0) < limit[at]!;
}
