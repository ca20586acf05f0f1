/** build: the generated Dockerfile → the image of the deployer and the tester. */

import { join } from "node:path";
import { ToolError, UserError } from "../errors.ts";
import { proxyArguments } from "../image/builder.ts";
import { builders } from "../image/builders.ts";
import { readRecord, writeRecord } from "../image/image_record.ts";
import { quoteCommand } from "../text/quote.ts";
import type { World } from "../world.ts";
import type { ChartTree } from "./chart_tree.ts";
import { firstBuilder, shownBuilder } from "./choose_builder.ts";
import { findChart, sortWords } from "./find_chart.ts";
import type { buildOptions } from "./options.ts";
import { realKind } from "./real_place.ts";
import type { Invocation } from "./verb.ts";

export async function build(
  { settings, words, rest, where }: Invocation<typeof buildOptions>,
  world: World,
): Promise<void> {
  const { chart } = await sortWords(words, world.files);
  const tree = await findChart(chart, world, settings);
  const caCertificate = settings.ca_certificate;
  if (caCertificate !== undefined) {
    await checkCertificate(caCertificate, where("ca_certificate"), world);
  }
  const name = settings.builder ??
    await (settings.dry_run ? shownBuilder(world) : firstBuilder(world));
  const builder = builders[name];
  const tag = settings.tag ?? defaultTag(tree);
  const command = builder.build({
    tree: tree.path,
    tag,
    platform: settings.platform,
    buildArgs: [...proxyArguments(world.env), ...settings.build_arg ?? []],
    caCertificate,
    pull: settings.pull,
    noCache: settings.no_cache,
    rest,
  });
  if (settings.dry_run) {
    return world.streams.out(quoteCommand(command.program, command.args, command));
  }
  if (await world.files.kind(join(tree.path, "toolkit/helm-navigator")) === undefined) {
    throw new ToolError(`${tree.path}/toolkit has no helm-navigator program`, {
      hint: "generate the chart again with the compiled program on Linux",
    });
  }
  await world.exec(command, { show: true });
  const id = (await world.exec(builder.id(tag))).stdout.trim();
  const record = await readRecord(tree.path, world.files);
  const built = { tag, id, builder: name };
  await writeRecord(tree.path, { ...record, built }, world.files);
  world.streams.out(tag);
}

export function defaultTag({ marker }: ChartTree): string {
  return `${marker.name}:${marker.version.replace("+", "_")}`;
}

/** Linux takes no longer text as one variable. */
const MOST_BYTES = 128 * 1024 - 100;

/** What is no list of authorities would be handed over and kept by the builder: a key, say. */
async function checkCertificate(path: string, where: string, { files }: World): Promise<void> {
  const isFile = await realKind(path, files) === "file";
  const pem = isFile ? await files.readText(path) : "";
  const what = !isFile
    ? `${path} is not a file`
    : pem.includes("PRIVATE KEY")
    ? `${path} holds a private key`
    : !pem.includes("-----BEGIN CERTIFICATE-----")
    ? `${path} holds no certificate in PEM form`
    : pem.length > MOST_BYTES
    ? `${path} is larger than 128 KiB`
    : undefined;
  if (what === undefined) return;
  throw new UserError({ where, what, hint: "give a file with the authority's certificate alone" });
}
