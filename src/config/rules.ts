/** What must hold between options: a list of {when, say, hint}. */

import type { Problem } from "../errors.ts";
import type { PartialConfig } from "./schema.ts";
import { shapeProblems } from "./shape_rules.ts";
import { aside } from "./sources.ts";

export interface RuleInput {
  readonly settings: Readonly<Record<string, unknown>>;
  /** The flag or the line that gave the key, or the flag that could. */
  where(key: string): string;
  given(key: string): boolean;
}

interface Rule {
  readonly key: keyof PartialConfig;
  /** Values that could not be read are undefined here: a rule stays silent then. */
  when(config: PartialConfig, given: (key: keyof PartialConfig) => boolean): boolean;
  /** @param origin of another option's value, to stand behind it */
  say(config: PartialConfig, origin: (key: keyof PartialConfig) => string): string;
  readonly hint?: string;
}

const RULES: readonly Rule[] = [
  {
    key: "preferred_batch_sizes",
    when: (c) => Math.max(0, ...(c.preferred_batch_sizes ?? [])) > (c.max_batch_size ?? Infinity),
    say: (c, origin) =>
      `must not be above max_batch_size, which is ${c.max_batch_size}${origin("max_batch_size")}`,
  },
  {
    key: "preferred_batch_sizes",
    when: (c, given) => given("preferred_batch_sizes") && isNotDynamic(c),
    say: (c, origin) => `has no effect with batching: ${c.batching}${origin("batching")}`,
    hint: "set `batching: dynamic`",
  },
  {
    key: "max_queue_delay_us",
    when: (c, given) => given("max_queue_delay_us") && isNotDynamic(c),
    say: (c, origin) => `has no effect with batching: ${c.batching}${origin("batching")}`,
    hint: "set `batching: dynamic`",
  },
  {
    key: "max_batch_size",
    when: (c) => c.max_batch_size === 0 && c.batching !== undefined && c.batching !== "disabled",
    say: (c, origin) => `0 means no batching, but batching is ${c.batching}${origin("batching")}`,
    hint: "set `batching: disabled`, or a batch size of at least 1",
  },
  {
    key: "tensorrt_precision",
    when: (c, given) => given("tensorrt_precision") && c.backend_accelerator !== "trt",
    say: () => "has an effect with the accelerator trt only",
    hint: "give `--backend-accelerator trt`; for conversions it is `--tensorrt-precisions`",
  },
  {
    key: "gpus",
    when: ({ gpus = [] }) => new Set(gpus.map(gpuForm)).size > 1,
    say: ({ gpus = [] }) => `mixes several forms: ${gpus.join(" ")}`,
    hint: "give `all`, or only indices, or only UUIDs",
  },
  {
    key: "gpus",
    when: ({ gpus = [] }) => new Set(gpus).size < gpus.length,
    say: ({ gpus = [] }) => `names a GPU twice: ${gpus.join(" ")}`,
  },
];

/** Options of the ranking that only `--results` makes use of; a file may keep them for later. */
const RANKING = ["results_repository", "top_n", "objective", "constraint"] as const;

function isNotDynamic(config: PartialConfig): boolean {
  return config.batching !== undefined && config.batching !== "dynamic";
}

function gpuForm(gpu: string): string {
  return gpu === "all" ? "all" : /^\d/.test(gpu) ? "index" : "UUID";
}

export function checkRules({ settings, where, given }: RuleInput): Problem[] {
  const config = settings as PartialConfig;
  const origin = (key: string) => given(key) ? aside(where(key), key) : " by default";
  const broken = RULES.filter((rule) => rule.when(config, given)).map((rule) => ({
    where: where(rule.key),
    what: rule.say(config, origin),
    hint: rule.hint,
  }));
  return [
    ...broken,
    ...unusedFlags(config, { where, given }),
    ...constraintProblems(config, where),
    ...homeProblems(settings, where),
    ...shapeProblems(config, where),
  ];
}

function unusedFlags(
  { results }: PartialConfig,
  { where, given }: Pick<RuleInput, "where" | "given">,
): Problem[] {
  const isFlag = (key: string) => given(key) && where(key).startsWith("--");
  return RANKING.filter((key) => results === undefined && !given("results") && isFlag(key))
    .map((key) => ({
      where: where(key),
      what: "has an effect with `--results` only",
      hint: "give `--results FILE …`: what was measured",
    }));
}

function constraintProblems(
  { constraint = {} }: PartialConfig,
  where: (key: string) => string,
): Problem[] {
  return Object.entries(constraint).flatMap(([metric, { min = 0, max = Infinity } = {}]) =>
    min <= max ? [] : [{
      where: where("constraint"),
      what: `no ${metric} is both at least ${min} and at most ${max}`,
    }]
  );
}

/** Options that name a place on this machine. */
const PATHS = [
  "model_path",
  "charts_repository",
  "workspace_path",
  "output_package",
  "model_repository",
  "work_dir",
  "results",
  "results_repository",
];

function homeProblems(
  settings: RuleInput["settings"],
  where: (key: string) => string,
): Problem[] {
  const paths = PATHS.flatMap((key) => [settings[key] ?? []].flat().map((path) => ({ key, path })));
  return paths.filter(({ path }) => /^~(\/|$)/.test(String(path))).map(({ key, path }) => ({
    where: where(key),
    what: `\`${path}\` does not lead to the home directory: only shells know \`~\``,
    hint: "write the whole path; a shell replaces `~` at the beginning of a word without quotes",
  }));
}
