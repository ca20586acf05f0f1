/** Which charts does one call of `create` make, and what are they called? */

import type { Where } from "../config/load.ts";
import type { Config, PartialConfig } from "../config/schema.ts";
import type { Problem } from "../errors.ts";
import { chartBaseName, chartNameProblem, hashedName, suffixedName } from "./names.ts";
import { planVariants, type Variant, type VariantPlan } from "./variant.ts";
import { variantProblems } from "./variant_problems.ts";

export interface PlannedChart {
  /** Of the directory below the charts repository. */
  readonly directory: string;
  /** What its charts, Service and releases are called after: `add_sub_i0` → `add-sub-i0`. */
  readonly name: string;
  readonly variant: Variant;
  /** How it was measured, which the chart serves again whatever the options say. */
  readonly measured?: PartialConfig;
}

export interface ChartChoice {
  /** One chart for each variant, and not only the first one's. */
  readonly all: boolean;
}

/** At least one, as long as `chartProblems` finds nothing. */
export function planCharts(
  config: Config,
  { variants }: VariantPlan,
  { all }: ChartChoice,
): readonly PlannedChart[] {
  const base = config.chart_name ?? config.model_name;
  const names = all ? variants.map(({ name }) => `${base}-${name}`) : [base];
  return names.map((directory, index) => ({
    directory,
    name: chartBaseName(directory),
    variant: variants[index]!,
  }));
}

export interface MeasuredChoice {
  /** The same for the same configuration. */
  readonly name: string;
  readonly variant: Variant;
  readonly measured: PartialConfig;
}

/** One chart for each; names that would be the same are told apart. */
export function planMeasuredCharts(
  config: Config,
  choices: readonly MeasuredChoice[],
): readonly PlannedChart[] {
  const base = config.chart_name ?? config.model_name;
  const short = choices.map(({ name }) => suffixedName(base, name));
  const count = (name: string) =>
    short.filter((one) => chartBaseName(one) === chartBaseName(name)).length;
  return choices.map(({ name, variant, measured }, i) => {
    const directory = count(short[i]!) === 1 ? short[i]! : hashedName(base, name);
    return { directory, name: chartBaseName(directory), variant, measured };
  });
}

/** Of the model's format, its conversions, and the charts' names. */
export function chartProblems(
  config: PartialConfig & { readonly all_variants?: boolean | undefined },
  where: Where,
): Problem[] {
  const base = config.chart_name ?? config.model_name;
  const told = where(config.chart_name === undefined ? "model_name" : "chart_name");
  const problems = variantProblems(config, { path: config.model_path, where });
  const known = problems.length === 0 && config.model_path !== undefined;
  const { variants } = known && config.all_variants
    ? planVariants(config, { where })
    : { variants: [] };
  const longest = variants.map(({ name }) => `-${name}`).sort((a, b) => b.length - a.length)[0];
  const named = base === undefined ? undefined : chartNameProblem(`${base}${longest ?? ""}`);
  if (named !== undefined) problems.push({ where: told, ...named });
  if (config.results !== undefined && config.all_variants) {
    problems.push({
      where: where("all_variants"),
      what: "makes a chart of each variant, and --results of the best that were measured",
      hint: "leave out one of the two",
    });
  }
  if (variants.length > 1 && config.output_package !== undefined) {
    problems.push({
      where: where("output_package"),
      what: `is one archive, but --all-variants makes ${variants.length} charts`,
      hint: "leave out one of the two",
    });
  }
  return problems;
}
