/** The best configurations that a chart can serve: only as many folders are looked into as that takes. */

import { checkRules } from "../config/rules.ts";
import type { Config } from "../config/schema.ts";
import { type Problem, UserError } from "../errors.ts";
import { formatFacts } from "../model/format.ts";
import type { MeasuredChoice } from "../plan/charts.ts";
import type { Variant, VariantPlan } from "../plan/variant.ts";
import type { Ranked, Ranking } from "../ranking/rank.ts";
import { someOf } from "../text/list.ts";
import { type MeasuredModel, NotServable } from "../triton/measured_options.ts";
import type { Files } from "../world.ts";
import { readMeasuredModel } from "./read_measured_model.ts";

export interface Chosen {
  readonly chosen: readonly MeasuredChoice[];
  /** Less what no chart can serve: the chosen ones stand in front. */
  readonly ranking: Ranking;
  readonly warnings: readonly string[];
}

/** @throws UserError with all that is wrong with those in front */
export async function chooseWinners(
  { ranked, fallen }: Ranking,
  { config, plan }: { readonly config: Config; readonly plan: VariantPlan },
  files: Files,
): Promise<Chosen> {
  const chosen: MeasuredChoice[] = [];
  const kept: Ranked[] = [];
  const dropped: Ranking["fallen"][number][] = [];
  const problems: Problem[] = [];
  const warnings = new Set<string>();
  for (const one of ranked) {
    if (kept.length === config.top_n) break;
    const { candidate } = one;
    try {
      const model = await readMeasuredModel(one, config, files);
      const { variant, others } = variantOf(one, model, plan);
      problems.push(...ruleProblems({ ...config, ...model.options } as Config, one));
      chosen.push({ name: candidate.name, variant, measured: model.options });
      for (const text of doubts({ variant, others }, model)) warnings.add(text);
      kept.push(one);
    } catch (error) {
      if (error instanceof UserError) {
        problems.push(...error.problems);
        kept.push(one);
      } else if (error instanceof NotServable) {
        const reason = `cannot be a chart: ${error.message}`;
        dropped.push({ candidate, reason, figures: "", distance: 0 });
      } else throw error;
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return {
    chosen,
    ranking: {
      ranked: [...kept, ...ranked.slice(kept.length + dropped.length)],
      fallen: [...dropped, ...fallen],
    },
    warnings: [...warnings],
  };
}

interface VariantChoice {
  readonly variant: Variant;
  /** That the results would fit as well. */
  readonly others: readonly Variant[];
}

/** @throws NotServable when the options make nothing like it */
function variantOf(
  { candidate: { origin } }: Ranked,
  { backend }: MeasuredModel,
  { variants }: VariantPlan,
): VariantChoice {
  const name = "variant" in origin ? origin.variant : undefined;
  const [variant, ...others] = variants.filter((one) =>
    name === undefined
      ? backend === undefined || formatFacts(one.target).backend === backend
      : one.name === name
  );
  if (variant !== undefined) return { variant, others };
  const made = someOf(variants.map((one) => one.name));
  throw new NotServable(
    `it was measured as ${name ?? backend}, and the options make ${made} (--target-formats)`,
  );
}

function ruleProblems(config: Config, { best, candidate }: Ranked): readonly Problem[] {
  return checkRules({ settings: config, where: (key) => key, given: () => false })
    .map((problem) => ({
      ...problem,
      where: best.where,
      what: `${candidate.name} does not go with the options: ${problem.where} ${problem.what}`,
    }));
}

function doubts({ variant, others }: VariantChoice, { unsaid }: MeasuredModel): readonly string[] {
  return [
    ...unsaid.map((field) => `no option says ${field}, which was measured too: it is left out`),
    ...(others.length === 0 ? [] : [
      `the results do not tell how the model was converted: ${variant.name} is taken, not ${
        someOf(others.map(({ name }) => name))
      }`,
    ]),
  ];
}
