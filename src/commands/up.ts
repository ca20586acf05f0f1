/** up: create, build, push, install and test in one go; what has not changed is not done again. */

import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Target, targetOf } from "../cluster/target.ts";
import { ToolError, UserError } from "../errors.ts";
import { contextDigest } from "../image/context_digest.ts";
import { builders } from "../image/builders.ts";
import { type ImageRecord, isPushStale, readRecord, writeRecord } from "../image/image_record.ts";
import { inferenceChart, testerChart } from "../plan/names.ts";
import type { ToolCommand, World } from "../world.ts";
import { build } from "./build.ts";
import { create } from "./create.ts";
import type { ChartTree } from "./chart_tree.ts";
import { findChart } from "./find_chart.ts";
import { install } from "./install.ts";
import type { upOptions } from "./options.ts";
import { push } from "./push.ts";
import { type Steps, stepsOf } from "./steps.ts";
import { test } from "./test.ts";
import type { Invocation } from "./verb.ts";
import { lookAt } from "./watch_release.ts";

type UpInvocation = Invocation<typeof upOptions>;

export async function up(told: UpInvocation, world: World): Promise<void> {
  const { words, rest, where } = told;
  const { rank } = told.settings;
  // It chooses among what `create` makes here, once.
  const settings = { ...told.settings, rank: undefined };
  const invocation = { ...told, settings };
  const steps = stepsOf(["create", "build", "push", "install", "test"], world);

  // The address of the model may be a secret: only `install` knows where to put one.
  const fixed = { all_variants: false, dry_run: false, output: "text" } as const;
  const created = { ...settings, ...fixed, model_uri: undefined };
  const charts = await steps.run(
    "create",
    (quiet) => create({ settings: created, words: [], rest: [], where }, quiet),
  );
  const tree = await findChart(chartOf(charts, rank), world);
  await buildImage(tree, invocation, steps, world);
  await pushImage(tree, invocation, steps, world);

  const release = words[0] ?? inferenceChart(tree.marker.name);
  const target = targetOf(settings, world.env);
  const wanted = await digestOf({ tree, invocation, target, release }, world);
  const { installed, tested } = await readRecord(tree.path, world.files);
  const serves = installed === wanted && await isServing(target, release, world);
  if (serves) steps.skip("install", "nothing has changed, and it serves");
  else {
    const asked = { ...settings, image: undefined, wait: true, dry_run: false };
    await steps.run(
      "install",
      (quiet) => install({ settings: asked, words: [release, tree.path], rest, where }, quiet),
    );
    await remember(tree, { installed: wanted }, world);
  }

  if (serves && tested === wanted) steps.skip("test", "nothing has changed since the last one");
  else {
    const asked = { ...settings, image: undefined, threshold: undefined, keep: undefined };
    const table = await steps.run(
      "test",
      (quiet) => test({ settings: asked, words: [release, tree.path], rest: [], where }, quiet),
    );
    await remember(tree, { tested: wanted }, world);
    table.forEach(world.streams.out);
  }
}

/** Of what `create` made: the one in this place of the ranking, or the best. */
function chartOf(charts: readonly string[], rank = 1): string {
  const chart = charts[rank - 1];
  if (chart !== undefined) return chart;
  const made = charts.length === 1 ? "one chart" : `${charts.length} charts`;
  throw new UserError({ where: "--rank", what: `is ${rank}, and \`create\` made ${made}` });
}

async function buildImage(
  tree: ChartTree,
  { settings, where }: UpInvocation,
  steps: Steps,
  world: World,
): Promise<void> {
  const { platform, build_arg, ca_certificate, pull, no_cache, builder } = settings;
  const context = await contextDigest(
    tree.path,
    { platform, build_arg, ca_certificate },
    world.files,
  );
  const { built } = await readRecord(tree.path, world.files);
  const isFresh = built?.context === context && !pull && !no_cache &&
    (builder === undefined || builder === built.builder);
  if (isFresh && await says(builders[built.builder ?? "docker"].id(built.tag), built.id, world)) {
    return steps.skip("build", `nothing has changed, ${built.tag} is there`);
  }
  const asked = { ...settings, tag: undefined, dry_run: false };
  await steps.run(
    "build",
    (quiet) => build({ settings: asked, words: [tree.path], rest: [], where }, quiet),
  );
  const record = await readRecord(tree.path, world.files);
  if (record.built) await remember(tree, { built: { ...record.built, context } }, world);
}

async function pushImage(
  tree: ChartTree,
  { settings, where }: UpInvocation,
  steps: Steps,
  world: World,
): Promise<void> {
  const record = await readRecord(tree.path, world.files);
  const { pushed } = record;
  const named = pushed?.image.split("@")[0];
  const image = settings.image ?? named;
  if (pushed !== undefined && image === named && !isPushStale(record)) {
    return steps.skip("push", `nothing has changed, ${named} is there`);
  }
  const asked = { ...settings, image, dry_run: false };
  await steps.run(
    "push",
    (quiet) => push({ settings: asked, words: [tree.path], rest: [], where }, quiet),
  );
}

interface Wanted {
  readonly tree: ChartTree;
  readonly invocation: UpInvocation;
  readonly target: Target;
  readonly release: string;
}

/** Of all that decides what a release is: its charts, its image and what `install` is told. */
async function digestOf(
  { tree, invocation: { settings, rest }, target, release }: Wanted,
  { files }: World,
): Promise<string> {
  const { pushed } = await readRecord(tree.path, files);
  const { namespace, context, kubeconfig } = target;
  const told = { settings, rest, release, pushed, namespace, context, kubeconfig };
  const digest = createHash("sha256").update(JSON.stringify(told));
  const { name } = tree.marker;
  for (const chart of [inferenceChart(name), testerChart(name)]) {
    for (const file of ["Chart.yaml", "values.yaml"]) {
      digest.update(await files.readBytes(join(tree.path, chart, file)));
    }
  }
  return digest.digest("hex");
}

async function isServing(target: Target, release: string, world: World): Promise<boolean> {
  try {
    return (await lookAt(target, release, world)).done;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}

async function says(command: ToolCommand, text: string, world: World): Promise<boolean> {
  const { stdout } = await world.exec(command, { accept: "any" });
  return stdout.trim() === text;
}

async function remember(tree: ChartTree, news: ImageRecord, { files }: World): Promise<void> {
  await writeRecord(tree.path, { ...await readRecord(tree.path, files), ...news }, files);
}
