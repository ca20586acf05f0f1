/** Which model: its name, file, format and version. */

import * as v from "valibot";
import { FORMATS } from "../model/format.ts";
import { option } from "./option.ts";
import { choice, integer, modelUri, pattern, text } from "./value.ts";

const group = "Model";

export const modelOptions = {
  model_name: option(
    "text",
    v.optional(pattern(
      /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
      "must be letters, digits, `_`, `-` and `.`, beginning with a letter, a digit or `_`, at most 128",
    )),
    {
      description: "Name of the model, in Triton and in its URLs.",
      group,
      placeholder: "NAME",
      readers: ["deployer", "tester"],
    },
  ),
  model_path: option("text", v.optional(text("must be a path")), {
    description: "Path to the model file; opened, when it exists, to read its signature.",
    group,
    placeholder: "PATH",
  }),
  model_format: option("text", v.optional(choice(FORMATS)), {
    description: "Format of the model, where its file name does not tell.",
    group,
    placeholder: "FORMAT",
    readers: ["deployer"],
  }),
  model_version: option(
    "integer",
    v.optional(integer(1, 2 ** 31 - 1), 1),
    {
      description: "Version of the model that Triton serves.",
      group,
      placeholder: "N",
      readers: ["deployer", "tester"],
    },
  ),
  model_uri: option("text", v.optional(modelUri()), {
    description: "Where the cluster downloads the model from: fills `deployer.modelUri`.",
    group,
    placeholder: "URI",
  }),
};
