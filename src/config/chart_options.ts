/** Where the charts go and what they are called. */

import * as v from "valibot";
import { option } from "./option.ts";
import { flag, pattern, text } from "./value.ts";

const group = "Charts";

/** https://semver.org, without a leading `v`: Helm refuses anything else. */
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

export const chartOptions = {
  charts_repository: option("text", v.optional(text("must be a path")), {
    description: "Directory that receives the charts. Default: `{workspace_path}/charts`.",
    group,
    placeholder: "DIR",
  }),
  chart_name: option("text", v.optional(text()), {
    description: "Name of the chart and of its directory. Default: the model's name.",
    group,
    placeholder: "NAME",
  }),
  chart_version: option(
    "text",
    v.optional(pattern(SEMVER, "must be a semantic version like 0.1.0"), "0.1.0"),
    { description: "Version of the chart.", group, placeholder: "SEMVER" },
  ),
  workspace_path: option("text", v.optional(text("must be a path"), "navigator_workspace"), {
    description: "Working directory; charts go to `charts` in it.",
    group,
    placeholder: "DIR",
  }),
  override_workspace: option("boolean", v.optional(flag(), false), {
    description: "Empty the workspace, if we made it, once the new charts have passed `helm lint`.",
    group,
  }),
  output_package: option(
    "text",
    v.optional(
      pattern(/^(?!.*[\x00-\x1f\x7f]).+\.(tgz|tar\.gz)$/, "must be a path that ends in .tgz"),
    ),
    {
      description: "Write the chart's tree as one archive, too.",
      group,
      placeholder: "FILE.tgz",
    },
  ),
};
