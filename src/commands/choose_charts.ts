/** Which charts a call of `create` makes: of the variants of the options, or of the best measured. */

import type { Where } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { planCharts, type PlannedChart } from "../plan/charts.ts";
import { planVariants, type VariantPlan } from "../plan/variant.ts";
import type { Files } from "../world.ts";
import type { RankedCharts } from "./rank_results.ts";

export interface ChosenCharts {
  readonly plan: VariantPlan;
  readonly charts: readonly PlannedChart[];
  /** Undefined where nothing was measured. */
  readonly ranked: RankedCharts | undefined;
}

/** @throws UserError */
export async function chooseCharts(
  config: Config & { readonly all_variants?: boolean | undefined },
  where: Where,
  files: Files,
): Promise<ChosenCharts> {
  const plan = planVariants(config, { where });
  if (config.results === undefined) {
    const charts = planCharts(config, plan, { all: config.all_variants ?? false });
    return { plan, charts, ranked: undefined };
  }
  const { rankResults } = await import("./rank_results.ts");
  const ranked = await rankResults(config, { plan, where }, files);
  const variants = [...new Set(ranked.charts.map(({ variant }) => variant))];
  return { plan: { ...plan, variants }, charts: ranked.charts, ranked };
}
