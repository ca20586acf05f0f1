/** How Triton runs the model. */

import * as v from "valibot";
import { option } from "./option.ts";
import { choice, counts, integer } from "./value.ts";

const group = "Triton";

export const BATCHING = ["disabled", "static", "dynamic"] as const;
export type Batching = typeof BATCHING[number];

export const tritonOptions = {
  max_batch_size: option("integer", v.optional(integer(0, 2 ** 31 - 1), 128), {
    description: "Largest batch that Triton may run.",
    group,
    placeholder: "N",
    readers: ["deployer"],
  }),
  batching: option("text", v.optional(choice(BATCHING), "static"), {
    description: "Who forms batches: nobody, the client (static) or Triton (dynamic).",
    group,
    placeholder: "MODE",
    readers: ["deployer"],
  }),
  preferred_batch_sizes: option("integers", v.optional(v.array(integer(1))), {
    description:
      "Batch sizes that dynamic batching tries to form. Default: the largest, once a delay is set.",
    group,
    placeholder: "N",
    readers: ["deployer"],
  }),
  max_queue_delay_us: option("integer", v.optional(integer(0)), {
    description: "Microseconds that dynamic batching waits for a batch.",
    group,
    placeholder: "N",
    readers: ["deployer"],
  }),
  engine_count_per_device: option("counts", v.optional(counts), {
    description: "Instances of the model on each device, by kind.",
    group,
    placeholder: "KIND=COUNT",
    readers: ["deployer"],
  }),
};
