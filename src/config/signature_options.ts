/** What goes into the model and what comes out. */

import * as v from "valibot";
import { option } from "./option.ts";
import { tensors } from "./value.ts";

const group = "Signature";

export const signatureOptions = {
  inputs: option("tensors", v.optional(tensors), {
    description: "Signature of the inputs, batch axis included, -1 for a dynamic axis.",
    group,
    placeholder: "NAME:SHAPE:DTYPE",
    readers: ["deployer"],
  }),
  outputs: option("tensors", v.optional(tensors), {
    description: "Signature of the outputs.",
    group,
    placeholder: "NAME:SHAPE:DTYPE",
    readers: ["deployer"],
  }),
};
