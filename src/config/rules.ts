/** What must hold between options: a list of {when, say, hint}. */

import type { Problem } from "../errors.ts";
import type { PartialConfig } from "./schema.ts";
import { shapeProblems } from "./shape_rules.ts";

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
  say(config: PartialConfig): string;
  readonly hint?: string;
}

const RULES: readonly Rule[] = [
  {
    key: "preferred_batch_sizes",
    when: (c) => Math.max(0, ...(c.preferred_batch_sizes ?? [])) > (c.max_batch_size ?? Infinity),
    say: (c) => `must not be above max_batch_size, which is ${c.max_batch_size}`,
  },
  {
    key: "preferred_batch_sizes",
    when: (c, given) => given("preferred_batch_sizes") && isNotDynamic(c),
    say: (c) => `has no effect with batching: ${c.batching}`,
    hint: "set `batching: dynamic`",
  },
  {
    key: "max_queue_delay_us",
    when: (c, given) => given("max_queue_delay_us") && isNotDynamic(c),
    say: (c) => `has no effect with batching: ${c.batching}`,
    hint: "set `batching: dynamic`",
  },
  {
    key: "max_batch_size",
    when: (c) => c.max_batch_size === 0 && c.batching !== undefined && c.batching !== "disabled",
    say: (c) => `0 means no batching, but batching is ${c.batching}`,
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

function isNotDynamic(config: PartialConfig): boolean {
  return config.batching !== undefined && config.batching !== "dynamic";
}

function gpuForm(gpu: string): string {
  return gpu === "all" ? "all" : /^\d/.test(gpu) ? "index" : "UUID";
}

export function checkRules({ settings, where, given }: RuleInput): Problem[] {
  const config = settings as PartialConfig;
  const broken = RULES.filter((rule) => rule.when(config, given)).map((rule) => ({
    where: where(rule.key),
    what: rule.say(config),
    hint: rule.hint,
  }));
  return [...broken, ...shapeProblems(config, where)];
}
