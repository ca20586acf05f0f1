/** What docker wants to hear. */

import type { ToolCommand } from "../world.ts";
import { buildArguments, buildEnvironment, type Builder } from "./builder.ts";
import { refusalHint } from "./refusals.ts";

export const docker: Builder = {
  probe: command(["version", "--format", "{{.Server.Version}}"]),
  build: (build) => ({
    // The classic builder would leave the container of a step that fails.
    ...command(buildArguments(build, ["--force-rm", ...(build.pull ? ["--pull"] : [])])),
    ...buildEnvironment(build),
  }),
  tag: (image, as) => command(["tag", image, as]),
  push: ({ image, rest }) => command(["push", ...rest, image], image),
  id: (image) => command(["image", "inspect", "--format", "{{.Id}}", image]),
  digests: (image) => {
    const format = "{{range .RepoDigests}}{{println .}}{{end}}";
    return command(["image", "inspect", "--format", format, image]);
  },
};

function command(args: readonly string[], image?: string): ToolCommand {
  return { program: "docker", args, hint: (output) => refusalHint("docker", { output, image }) };
}
