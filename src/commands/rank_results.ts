/** The files of --results → the charts of the best, planned, and why the others have none. */

import * as v from "valibot";
import type { Where } from "../config/load.ts";
import type { Option } from "../config/option.ts";
import type { Constraints, Objectives } from "../config/ranking_options.ts";
import { type Config, type ConfigKey, configOptions } from "../config/schema.ts";
import { type Problem, UserError } from "../errors.ts";
import { planMeasuredCharts, type PlannedChart } from "../plan/charts.ts";
import { chartNameProblem } from "../plan/names.ts";
import type { VariantPlan } from "../plan/variant.ts";
import type { Winner } from "../ranking/index_file.ts";
import { type Goal, printFallen, rank, type Ranking } from "../ranking/rank.ts";
import type { Files } from "../world.ts";
import { chooseWinners } from "./choose_winners.ts";
import { readResults } from "./read_results.ts";
import { realKind } from "./real_place.ts";

export interface RankedCharts {
  readonly goal: Goal;
  readonly ranking: Ranking;
  readonly winners: readonly Winner[];
  /** One for each winner. */
  readonly charts: readonly PlannedChart[];
  readonly warnings: readonly string[];
}

/** @throws UserError with all that is wrong */
export async function rankResults(
  config: Config,
  { plan, where }: { readonly plan: VariantPlan; readonly where: Where },
  files: Files,
): Promise<RankedCharts> {
  const goal = goalOf(config);
  const { candidates, problems: told } = await readResults(config, { goal, where }, files);
  const problems = [...told, ...await repositoryProblems(config, where, files)];
  if (problems.length > 0) throw new UserError(problems);
  const all = rank(candidates, goal);
  if (all.ranked.length === 0) throw new UserError(nothingLeft(all, where));
  const { chosen, ranking, warnings } = await chooseWinners(all, { config, plan }, files);
  if (chosen.length === 0) throw new UserError(nothingLeft(ranking, where));
  const charts = planMeasuredCharts(config, chosen);
  const named = nameProblems(charts, config, where);
  if (named.length > 0) throw new UserError(named);
  const isTable = ranking.ranked.slice(0, charts.length).some(({ candidate: { origin } }) =>
    "config" in origin
  );
  return {
    goal,
    ranking,
    charts,
    winners: charts.map(({ directory, variant }, i) => ({
      ...ranking.ranked[i]!,
      directory,
      variant: variant.name,
    })),
    warnings: [
      ...(charts.length < config.top_n
        ? [`the best ${config.top_n} are asked for, and there are ${charts.length}`]
        : []),
      ...(isTable && config.results_repository === undefined
        ? [
          "without --results-repository the batching mode, queue delay, preferred sizes and " +
          "accelerator are those of the options, not those that were measured",
        ]
        : []),
      ...warnings,
      ...overridden(charts, config),
    ],
  };
}

/** Without objectives, what Model Analyzer takes. */
function goalOf({ objective, constraint }: Config): Goal {
  return {
    objectives: (objective ?? { perf_throughput: 10 }) as Objectives,
    constraints: (constraint ?? {}) as Constraints,
  };
}

async function repositoryProblems(
  { results_repository: path }: Config,
  where: Where,
  files: Files,
): Promise<Problem[]> {
  if (path === undefined || await realKind(path, files) === "directory") return [];
  return [{ where: where("results_repository"), what: `\`${path}\` is no directory` }];
}

function nothingLeft({ fallen: [nearest, ...others] }: Ranking, where: Where): Problem {
  const { candidate, distance } = nearest!;
  const isReport = "model" in candidate.origin;
  // No other figures would help where it is infinite.
  const isNear = distance > 0 && Number.isFinite(distance);
  return {
    where: where(isNear ? "constraint" : "results"),
    what: `no configuration is left of ${others.length + 1}; the nearest is ${candidate.name}, ` +
      `which ${printFallen(nearest!)}`,
    hint: isNear
      ? "loosen the constraints, or measure more configurations"
      : distance > 0 && isReport
      ? "reports of `test` have no metrics of GPUs and RAM: Model Analyzer's tables have them"
      : undefined,
  };
}

function nameProblems(
  charts: readonly PlannedChart[],
  config: Config,
  where: Where,
): readonly Problem[] {
  const told = where(config.chart_name === undefined ? "model_name" : "chart_name");
  const problems = charts.flatMap(({ directory }) => {
    const problem = chartNameProblem(directory);
    return problem === undefined ? [] : [{ where: told, ...problem }];
  }).slice(0, 1);
  if (charts.length > 1 && config.output_package !== undefined) {
    problems.push({
      where: where("output_package"),
      what: `is one archive, but --results makes ${charts.length} charts`,
      hint: "leave out one of the two, or give `--top-n 1`",
    });
  }
  return problems;
}

/** What was measured wins; who said otherwise is told. */
function overridden(charts: readonly PlannedChart[], config: Config): readonly string[] {
  const keys = new Set(charts.flatMap(({ measured = {} }) => Object.keys(measured) as ConfigKey[]));
  const said = [...keys].filter((key) => {
    const { schema }: Option = configOptions[key];
    const fallback = v.getDefault(schema as v.OptionalSchema<v.GenericSchema, unknown>);
    const given = JSON.stringify(config[key]);
    return config[key] !== undefined && given !== JSON.stringify(fallback) &&
      charts.some(({ measured = {} }) =>
        key in measured && JSON.stringify(measured[key]) !== given
      );
  });
  return said.length === 0
    ? []
    : [`${said.join(", ")}: the charts have what was measured, not what the options say`];
}
