/** What podman wants to hear. */

import type { ToolCommand } from "../world.ts";
import { buildArguments, buildEnvironment, type Builder } from "./builder.ts";
import { refusalHint } from "./refusals.ts";

export const podman: Builder = {
  // Of its storage too, which may be broken or not ours.
  probe: command(["info", "--format", "{{.Version.Version}}"]),
  build: (build) => ({
    ...command(buildArguments(build, build.pull ? ["--pull=always"] : [])),
    ...buildEnvironment(build),
    endsByChildren: true,
  }),
  tag: (image, as) => command(["tag", image, as]),
  push: ({ image, digestFile, rest }) =>
    command(["push", ...(digestFile ? ["--digestfile", digestFile] : []), ...rest, image], image),
  id: (image) => command(["image", "inspect", "--format", "{{.Id}}", image]),
};

function command(args: readonly string[], image?: string): ToolCommand {
  return { program: "podman", args, hint: (output) => refusalHint("podman", { output, image }) };
}
