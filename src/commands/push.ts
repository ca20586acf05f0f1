/** push: tags the built image for a registry, pushes it, remembers what `install` will need. */

import { join } from "node:path";
import { ToolError, UserError } from "../errors.ts";
import type { Builder } from "../image/builder.ts";
import { builders } from "../image/builders.ts";
import { readRecord, writeRecord } from "../image/image_record.ts";
import { isNetworkTrouble } from "../image/refusals.ts";
import { familiarName, parseImage } from "../plan/image_reference.ts";
import { quoteCommand } from "../text/quote.ts";
import type { ToolCommand, World } from "../world.ts";
import { defaultTag } from "./build.ts";
import { firstBuilder, shownBuilder } from "./choose_builder.ts";
import { findChart, sortWords } from "./find_chart.ts";
import type { pushOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

export async function push(
  { settings, words, rest }: Invocation<typeof pushOptions>,
  world: World,
): Promise<void> {
  const { chart } = await sortWords(words, world.files);
  const tree = await findChart(chart, world, settings);
  const record = await readRecord(tree.path, world.files);
  const local = record.built?.tag ?? defaultTag(tree);
  const image = settings.image ?? local;
  const { registry, tag } = parseImage(image);
  if (registry === undefined || tag === undefined) {
    throw new UserError({
      where: "--image",
      what: `\`${image}\` names no ${registry === undefined ? "registry" : "tag"}`,
      hint: `give it whole: --image registry.example.com/team/${defaultTag(tree)}`,
    });
  }
  const name = settings.builder ?? record.built?.builder ??
    await (settings.dry_run ? shownBuilder(world) : firstBuilder(world));
  const builder = builders[name];
  const tagging = image === local ? [] : [builder.tag(local, image)];
  if (settings.dry_run) {
    const commands = [...tagging, builder.push({ image, rest })];
    return commands.forEach((c) => world.streams.out(quoteCommand(c.program, c.args)));
  }
  for (const command of tagging) await world.exec(command, { show: true });
  const digest = await pushed({ builder, image, rest }, world);
  const id = (await world.exec(builder.id(image))).stdout.trim();
  if (digest === undefined) {
    world.streams.err(
      `warning: ${name} tells no digest of ${image}, so the tag alone is remembered`,
    );
  }
  const pinned = digest === undefined ? image : `${image}@${digest}`;
  await writeRecord(tree.path, { ...record, pushed: { image: pinned, id } }, world.files);
  world.streams.out(pinned);
}

interface Push {
  readonly builder: Builder;
  readonly image: string;
  readonly rest: readonly string[];
}

/** @returns the digest, where the tool tells one */
async function pushed({ builder, image, rest }: Push, world: World): Promise<string | undefined> {
  if (builder.digests !== undefined) {
    await pushPatiently(builder.push({ image, rest }), world);
    const { stdout } = await world.exec(builder.digests(image));
    const { name } = parseImage(image);
    return stdout.split("\n").find((line) => line.startsWith(`${familiarName(name)}@`))
      ?.split("@")[1];
  }
  const folder = await world.files.makeTemporary("navigator-push-");
  try {
    const digestFile = join(folder, "digest");
    await pushPatiently(builder.push({ image, rest, digestFile }), world);
    return (await world.files.readText(digestFile)).trim();
  } finally {
    await world.files.remove(folder);
  }
}

/** After so many seconds a push that lost the network is tried again: layers that arrived are not sent twice. */
const WAITS = [1, 3, 9];

async function pushPatiently(command: ToolCommand, world: World): Promise<void> {
  for (const seconds of WAITS) {
    try {
      await world.exec(command, { show: true });
      return;
    } catch (error) {
      if (!(error instanceof ToolError && isNetworkTrouble(error.details.output ?? ""))) {
        throw error;
      }
      world.streams.err(`the connection to the registry failed: pushing again in ${seconds} s`);
      await world.sleep(seconds * 1000);
    }
  }
  await world.exec(command, { show: true });
}
