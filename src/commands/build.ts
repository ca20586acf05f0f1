/** build: the generated Dockerfile → the image of the deployer and the tester. */

import { join } from "node:path";
import { ToolError } from "../errors.ts";
import { dockerBuild, dockerId } from "../image/docker.ts";
import { readRecord, writeRecord } from "../image/image_record.ts";
import { quoteCommand } from "../text/quote.ts";
import type { World } from "../world.ts";
import { type ChartTree, findChart, sortWords } from "./find_chart.ts";
import type { buildOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

export async function build(
  { settings, words, rest }: Invocation<typeof buildOptions>,
  world: World,
): Promise<void> {
  const tree = await findChart((await sortWords(words, world.files)).chart, world);
  const tag = settings.tag ?? defaultTag(tree);
  const command = dockerBuild({ tree: tree.path, tag, rest });
  if (settings.dry_run) return world.streams.out(quoteCommand(command.program, command.args));
  if (await world.files.kind(join(tree.path, "toolkit/helm-navigator")) === undefined) {
    throw new ToolError(`${tree.path}/toolkit has no helm-navigator program`, {
      hint: "generate the chart again with the compiled program on Linux",
    });
  }
  await world.exec(command, { show: true });
  const id = (await world.exec(dockerId(tag))).stdout.trim();
  const record = await readRecord(tree.path, world.files);
  await writeRecord(tree.path, { ...record, built: { tag, id } }, world.files);
  world.streams.out(tag);
}

export function defaultTag({ marker }: ChartTree): string {
  return `${marker.name}:${marker.version.replace("+", "_")}`;
}
