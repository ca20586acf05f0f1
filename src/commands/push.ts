/** push: tags the built image for a registry, pushes it, remembers what `install` will need. */

import { UserError } from "../errors.ts";
import { dockerDigests, dockerId, dockerPush, dockerTag } from "../image/docker.ts";
import { readRecord, writeRecord } from "../image/image_record.ts";
import { familiarName, parseImage } from "../plan/image_reference.ts";
import { quoteCommand } from "../text/quote.ts";
import type { World } from "../world.ts";
import { defaultTag } from "./build.ts";
import { findChart, sortWords } from "./find_chart.ts";
import type { pushOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

export async function push(
  { settings, words }: Invocation<typeof pushOptions>,
  world: World,
): Promise<void> {
  const tree = await findChart((await sortWords(words, world.files)).chart, world);
  const record = await readRecord(tree.path, world.files);
  const local = record.built?.tag ?? defaultTag(tree);
  const image = settings.image ?? local;
  const { registry, name, tag } = parseImage(image);
  if (registry === undefined || tag === undefined) {
    throw new UserError({
      where: "--image",
      what: `\`${image}\` names no ${registry === undefined ? "registry" : "tag"}`,
      hint: `give it whole: --image registry.example.com/team/${defaultTag(tree)}`,
    });
  }
  const commands = [...(image === local ? [] : [dockerTag(local, image)]), dockerPush(image)];
  if (settings.dry_run) {
    return commands.forEach((c) => world.streams.out(quoteCommand(c.program, c.args)));
  }
  for (const command of commands) await world.exec(command, { show: true });
  const id = (await world.exec(dockerId(image))).stdout.trim();
  const { stdout } = await world.exec(dockerDigests(image));
  const digest = stdout.split("\n").find((line) => line.startsWith(`${familiarName(name)}@`))
    ?.split("@")[1];
  if (digest === undefined) {
    world.streams.err(
      `warning: docker tells no digest of ${image}, so the tag alone is remembered`,
    );
  }
  const pushed = digest === undefined ? image : `${image}@${digest}`;
  await writeRecord(tree.path, { ...record, pushed: { image: pushed, id } }, world.files);
  world.streams.out(pushed);
}
