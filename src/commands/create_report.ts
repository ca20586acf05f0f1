/** What `create` says on stdout: what it has made, or what it would make. */

import type { Settings } from "../config/option.ts";
import type { Config } from "../config/schema.ts";
import type { PlannedChart } from "../plan/charts.ts";
import type { FileTree, World } from "../world.ts";
import type { createOptions } from "./options.ts";

export interface Created {
  readonly config: Settings<typeof createOptions> & Config;
  readonly charts: readonly PlannedChart[];
  /** By their targets, in the order of the charts. */
  readonly trees: ReadonlyMap<string, FileTree>;
}

export interface CreatePlan extends Created {
  /** What `--override-workspace` would remove. */
  readonly cleared: readonly string[];
}

export function reportCharts(
  { config, charts, trees }: Created,
  { files, streams }: World,
): void {
  const paths = [...trees.keys()].map(files.absolute);
  if (config.output !== "json") return paths.forEach(streams.out);
  const entries = charts.map((chart, i) => entry(chart, { path: paths[i]!, rank: i + 1 }));
  streams.out(JSON.stringify(entries, null, 2));
}

export function reportPlan(
  { config, charts, trees, cleared }: CreatePlan,
  { files, streams }: World,
): void {
  for (const path of cleared) streams.err(`would remove ${path}`);
  const packed = config.output_package;
  const plans = [...trees].map(([target, tree]) => ({
    target,
    files: [...tree.keys()].sort().map((path) => `${target}/${path}`),
  }));
  if (config.output !== "json") {
    return [...plans.flatMap((plan) => plan.files), ...(packed ? [packed] : [])]
      .forEach(streams.out);
  }
  const entries = charts.map((chart, i) => ({
    ...entry(chart, { path: files.absolute(plans[i]!.target), rank: i + 1 }),
    files: plans[i]!.files.map(files.absolute),
    ...(packed ? { package: files.absolute(packed) } : {}),
  }));
  streams.out(JSON.stringify(entries, null, 2));
}

function entry(
  { name, variant, measured }: PlannedChart,
  { path, rank }: { readonly path: string; readonly rank: number },
) {
  const ranked = measured === undefined ? {} : { rank };
  return { ...ranked, path, name, variant: variant.name, format: variant.target };
}
