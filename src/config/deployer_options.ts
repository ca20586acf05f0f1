/** What the deployer may do while it prepares a model. */

import * as v from "valibot";
import { option, type Reader } from "./option.ts";
import { integer } from "./value.ts";

const group = "Deployer";
const readers: readonly Reader[] = ["deployer"];

export const deployerOptions = {
  deadline_seconds: option("integer", v.optional(integer(1, 1_000_000), 1800), {
    description: "Seconds that the deployer may take, downloading included.",
    group,
    placeholder: "SECONDS",
    readers,
  }),
  archive_max_bytes: option("integer", v.optional(integer(1), 2 ** 40), {
    description: "Largest size of what an archive unpacks to, in bytes.",
    group,
    placeholder: "N",
    readers,
  }),
  archive_max_entries: option("integer", v.optional(integer(1), 100_000), {
    description: "Most files and directories in an archive.",
    group,
    placeholder: "N",
    readers,
  }),
  archive_max_ratio: option("integer", v.optional(integer(1), 500), {
    description:
      "Most bytes that one byte of an archive may become on average, once 64 MiB are unpacked.",
    group,
    placeholder: "N",
    readers,
  }),
};
