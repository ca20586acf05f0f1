/** What buildah wants to hear. */

import type { ToolCommand } from "../world.ts";
import { buildArguments, buildEnvironment, type Builder } from "./builder.ts";
import { refusalHint } from "./refusals.ts";

export const buildah: Builder = {
  probe: command(["info", "--format", "{{.host.os}}"]),
  build: (build) => ({
    // Without layers nothing would come from the cache.
    ...command(
      buildArguments(build, ["--layers", "--force-rm", ...(build.pull ? ["--pull=always"] : [])]),
    ),
    ...buildEnvironment(build),
  }),
  tag: (image, as) => command(["tag", image, as]),
  push: ({ image, digestFile, rest }) =>
    command(["push", ...(digestFile ? ["--digestfile", digestFile] : []), ...rest, image], image),
  id: (image) => command(["inspect", "--type", "image", "--format", "{{.FromImageID}}", image]),
};

function command(args: readonly string[], image?: string): ToolCommand {
  return { program: "buildah", args, hint: (output) => refusalHint("buildah", { output, image }) };
}
