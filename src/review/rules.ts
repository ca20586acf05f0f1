/** Every rule of ours, in the order in which a reader wants to hear of them. */

import { CONTAINER_RULES } from "./container_rules.ts";
import { GPU_RULES } from "./gpu_rules.ts";
import { IMAGE_RULES } from "./image_rules.ts";
import { MODEL_RULES } from "./model_rules.ts";
import { PROBE_RULES } from "./probe_rules.ts";
import { RESOURCE_RULES } from "./resource_rules.ts";
import { ROLLOUT_RULES } from "./rollout_rules.ts";
import type { Rule } from "./rule.ts";
import { SECRET_RULES } from "./secret_rules.ts";
import { SERVICE_RULES } from "./service_rules.ts";

export const RULES: readonly Rule[] = [
  ...MODEL_RULES,
  ...GPU_RULES,
  ...IMAGE_RULES,
  ...PROBE_RULES,
  ...ROLLOUT_RULES,
  ...RESOURCE_RULES,
  ...SERVICE_RULES,
  ...SECRET_RULES,
  ...CONTAINER_RULES,
];
