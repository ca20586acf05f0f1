/** What the data looks like that goes into the model. */

import * as v from "valibot";
import { option } from "./option.ts";
import { dtypes, integer, ranges, shapes } from "./value.ts";

const group = "Dataset";

export const datasetOptions = {
  min_shapes: option("shapes", v.optional(shapes), {
    description: "Smallest shapes in the dataset, batch axis included. Default: 1 on dynamic axes.",
    group,
    placeholder: "NAME=D0,D1",
    readers: ["deployer"],
  }),
  opt_shapes: option("shapes", v.optional(shapes), {
    description: "Shapes that TensorRT is tuned for. Default: the largest.",
    group,
    placeholder: "NAME=D0,D1",
    readers: ["deployer"],
  }),
  max_shapes: option("shapes", v.optional(shapes), {
    description: "Largest shapes in the dataset, batch axis included; sizes of dynamic axes.",
    group,
    placeholder: "NAME=D0,D1",
    readers: ["deployer", "tester"],
  }),
  value_ranges: option("ranges", v.optional(ranges), {
    description:
      "Ranges of the values in the dataset, both bounds included; one without a name is for all other numbers. Default: 0,1.",
    group,
    placeholder: "[NAME=]LOW,HIGH",
    readers: ["deployer", "tester"],
  }),
  dtypes: option("dtypes", v.optional(dtypes), {
    description: "Types of the values in the dataset; one without a name is the default.",
    group,
    placeholder: "[NAME=]DTYPE",
    readers: ["deployer", "tester"],
  }),
  random_seed: option("integer", v.optional(integer(0, 2 ** 32 - 1), 0), {
    description: "Seed of generated input data.",
    group,
    placeholder: "N",
    readers: ["deployer", "tester"],
  }),
};
