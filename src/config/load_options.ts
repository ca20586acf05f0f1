/** How the tester loads the server. */

import * as v from "valibot";
import { option } from "./option.ts";
import { thresholds } from "./threshold.ts";
import { choice, integer, nonEmpty, number } from "./value.ts";

const group = "Load test";

export const PROTOCOLS = ["http", "grpc"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

export const loadOptions = {
  batch_sizes: option("integers", v.optional(nonEmpty(integer(1))), {
    description:
      "Batch sizes to measure. Default: 1, 2, 4 … up to the server's largest; with dynamic batching 1.",
    group,
    placeholder: "N",
    readers: ["tester"],
  }),
  concurrency: option("integers", v.optional(nonEmpty(integer(1, 4096))), {
    description:
      "Numbers of requests in flight to measure. Default: 1; with dynamic batching 1, 2, 4 … up to twice what fills a batch, at most 64.",
    group,
    placeholder: "N",
    readers: ["tester"],
  }),
  protocol: option("text", v.optional(choice(PROTOCOLS), "http"), {
    description: "How the requests travel; grpc goes to the port after the one of HTTP.",
    group,
    placeholder: "PROTOCOL",
    readers: ["tester"],
  }),
  measurement_seconds: option(
    "number",
    v.optional(number(0.1, "must be a number of seconds of at least 0.1"), 5),
    {
      description: "Length of one measurement window.",
      group,
      placeholder: "SECONDS",
      readers: ["tester"],
    },
  ),
  ready_seconds: option("integer", v.optional(integer(1), 600), {
    description: "How long the tester waits until the model is ready.",
    group,
    placeholder: "SECONDS",
    readers: ["tester"],
  }),
  threshold: option("thresholds", v.optional(thresholds), {
    description:
      "What every measurement must keep to, or the test fails: throughput:min=500, errors:max=0, and avg, p50, p90, p95 or p99, such as p99:max=20ms.",
    group,
    placeholder: "METRIC:BOUND=LIMIT",
    readers: ["tester"],
  }),
};
