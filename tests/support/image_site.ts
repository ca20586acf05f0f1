/** A generated chart in a folder, and our program with one of the real builders. */

import { equal } from "./assert.ts";
import { type BuildSite, type Tool, withBuilder } from "./builders.ts";
import { command, type Outcome, part, PROGRAM, runProgram } from "./program.ts";

export interface ImageSite extends BuildSite {
  readonly tree: string;
  /** Our program, in the folder of the chart. */
  navigator(line: string, env?: Readonly<Record<string, string>>): Promise<Outcome>;
  start(line: string, env?: Readonly<Record<string, string>>): Deno.ChildProcess;
}

export interface ImageSiteOptions {
  readonly tool: Tool;
  readonly registries?: readonly string[];
  /** What stands in the Dockerfile instead of what `create` wrote. */
  readonly dockerfile?: string;
}

export function withImageSite(
  { tool, registries = [], dockerfile }: ImageSiteOptions,
  deed: (site: ImageSite) => Promise<void>,
): Promise<void> {
  return withBuilder({ tool, registries }, async (site) => {
    const { folder } = site;
    const args = ["create", "--no-lint", "--model-name", "m", "--model-path", "m.onnx"];
    const base = ["--framework-docker-image", part("NAVIGATOR_FRAMEWORK_IMAGE")];
    const { code, stdout, stderr } = await runProgram(PROGRAM, [...args, ...base], { cwd: folder });
    equal(code, 0, stderr);
    const tree = stdout.trim();
    if (dockerfile !== undefined) await Deno.writeTextFile(`${tree}/Dockerfile`, dockerfile);
    const options = (env: Readonly<Record<string, string>> = {}) => ({
      cwd: folder,
      env: { ...site.env, ...env },
    });
    const words = (line: string) => line.split(" ");
    await deed({
      ...site,
      tree,
      navigator: (line, env) => runProgram(PROGRAM, words(line), options(env)),
      start: (line, env) => command(PROGRAM, words(line), options(env)).spawn(),
    });
  });
}
