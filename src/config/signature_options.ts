/** What goes into the model and what comes out. */

import * as v from "valibot";
import { FORMATS } from "../model/format.ts";
import { option } from "./option.ts";
import { choice, dtypes, integer, ranges, shapes, tensors } from "./value.ts";

export const signatureOptions = {
  inputs: option("tensors", v.optional(tensors), {
    description: "Signature of the inputs, batch axis included, -1 for a dynamic axis.",
    group: "Signature",
    placeholder: "NAME:SHAPE:DTYPE",
    readers: ["deployer"],
  }),
  outputs: option("tensors", v.optional(tensors), {
    description: "Signature of the outputs.",
    group: "Signature",
    placeholder: "NAME:SHAPE:DTYPE",
    readers: ["deployer"],
  }),
  target_formats: option("texts", v.optional(v.array(choice(FORMATS))), {
    description: "Formats to serve the model in. Default: its own.",
    group: "Conversion",
    placeholder: "FORMAT",
    readers: ["deployer"],
  }),
  max_shapes: option("shapes", v.optional(shapes), {
    description: "Largest shapes in the dataset, batch axis included; sizes of dynamic axes.",
    group: "Dataset",
    placeholder: "NAME=D0,D1",
    readers: ["tester"],
  }),
  value_ranges: option("ranges", v.optional(ranges), {
    description:
      "Ranges of the values in the dataset, both bounds included; one without a name is for all other numbers. Default: 0,1.",
    group: "Dataset",
    placeholder: "NAME=LOW,HIGH",
    readers: ["tester"],
  }),
  dtypes: option("dtypes", v.optional(dtypes), {
    description: "Types of the values in the dataset; one without a name is the default.",
    group: "Dataset",
    placeholder: "NAME=DTYPE",
    readers: ["tester"],
  }),
  random_seed: option("integer", v.optional(integer(0, 2 ** 32 - 1), 0), {
    description: "Seed of generated input data.",
    group: "Dataset",
    placeholder: "N",
    readers: ["tester"],
  }),
};
