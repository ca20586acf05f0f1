/** How the deployer fetches the model. */

import * as v from "valibot";
import { option } from "./option.ts";
import { integer } from "./value.ts";

export const fetchOptions = {
  deadline_seconds: option("integer", v.optional(integer(1, 1_000_000), 1800), {
    description: "Seconds that the deployer may take, downloading included.",
    group: "Deployer",
    placeholder: "SECONDS",
    readers: ["deployer"],
  }),
};
