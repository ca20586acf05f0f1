/** deploy: fetch → unpack → configure → place, in the init container or by hand. */

import { keysOf } from "../config/schema.ts";
import type { Config } from "../config/schema.ts";
import type { ArchiveLimits } from "../deployer/archive_rules.ts";
import { onDisk } from "../deployer/disk_error.ts";
import { type Fetched, fetchObject } from "../deployer/fetch.ts";
import { lastWords, TERMINATION_LOG } from "../deployer/last_words.ts";
import { type ModelUri, parseModelUri } from "../deployer/model_uri.ts";
import { place } from "../deployer/place.ts";
import { type Places, placesOf } from "../deployer/places.ts";
import { sourceOf } from "../deployer/source.ts";
import { identifyModel, type SourceModel } from "../deployer/source_model.ts";
import { readStamp, stampKey } from "../deployer/stamp.ts";
import { isUnchanged } from "../deployer/unchanged.ts";
import { unpackFile } from "../deployer/unpack.ts";
import { Interrupted, UserError } from "../errors.ts";
import { formatFromPath } from "../model/format.ts";
import { planVariant } from "../plan/variant.ts";
import { type ModelConfig, planModelConfig } from "../triton/model_config.ts";
import { modelTree } from "../triton/repository.ts";
import { redactUri } from "../text/clean.ts";
import { checkSignature, joinSignatures } from "../triton/signature.ts";
import { VERSION } from "../version.ts";
import type { World } from "../world.ts";
import type { deployOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

type DeployConfig = Config & Invocation<typeof deployOptions>["settings"];

export async function deploy(
  { settings }: Invocation<typeof deployOptions>,
  world: World,
): Promise<void> {
  const config = settings as DeployConfig;
  try {
    await deployModel(config, world);
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      const secret = { text: config.model_uri!, shown: redactUri(config.model_uri!) };
      await leaveLastWords(lastWords(error, secret), world);
    }
    throw error;
  }
}

async function deployModel(config: DeployConfig, world: World): Promise<void> {
  const { files, streams } = world;
  const uri = parseModelUri(config.model_uri!);
  const source = sourceOf(uri);
  refuseEarly({ config, uri });
  const places = placesOf({
    repository: files.absolute(config.model_repository!),
    workDirectory: config.work_dir && files.absolute(config.work_dir),
    modelName: config.model_name,
  });
  const key = stampKey({ version: VERSION, uri, options: shapingOptions(config) });
  const request = { source, shown: uri.shown, sha256: config.model_sha256 };

  const unlock = await onDisk(`use ${places.own}`, () => files.lock(places.own));
  try {
    await onDisk(`tidy ${places.scratch}`, () => tidy(places, world));
    const stamp = await readStamp(places.stamp, { key, model: places.model, files });
    if (stamp && await isUnchanged({ ...request, object: stamp.object }, world)) {
      streams.err(`already complete: ${places.model}`);
      return streams.out(places.model);
    }
    const fetched = await onDisk(
      "write the download",
      () => fetchObject({ ...request, to: places.download }, world),
    );
    const model = await openModel(fetched, { config, uri, places }, world);
    const modelConfig = configure(model, { config, uri });
    streams.err(`configure ${describe(modelConfig)}`);
    streams.err(`place ${places.model}/${modelConfig.modelVersion}`);
    const tree = modelTree(modelConfig, model.files);
    await place({ tree, places, key, object: fetched.object }, files);
    streams.out(places.model);
  } finally {
    await removeWork(places, world).finally(unlock);
  }
}

interface Request {
  readonly config: DeployConfig;
  readonly uri: ModelUri;
}

async function openModel(
  fetched: Fetched,
  { config, uri, places }: Request & { readonly places: Places },
  world: World,
): Promise<SourceModel> {
  const request = { name: uri.name, into: places.unpacked, limits: archiveLimits(config) };
  const found = await onDisk(
    "unpack the model",
    () => unpackFile(fetched.path, request, world),
  );
  return await identifyModel(found, config.model_format, world);
}

function archiveLimits(config: DeployConfig): ArchiveLimits {
  return {
    bytes: config.archive_max_bytes,
    entries: config.archive_max_entries,
    ratio: config.archive_max_ratio,
  };
}

/** What the name and the options alone tell is said before a long download, not after it. */
function refuseEarly({ config, uri }: Request): void {
  const format = config.model_format ?? formatFromPath(uri.name);
  if (format === undefined) return;
  const { target } = planVariant(config, uri.name);
  const problems = checkSignature(config, { format: target, batching: config.batching });
  if (problems.length > 0) throw new UserError(problems);
}

/** @throws UserError with all that keeps Triton from serving the model */
function configure(model: SourceModel, { config, uri }: Request): ModelConfig {
  const { target } = planVariant({ ...config, model_format: model.format }, uri.name);
  const { signature, problems } = joinSignatures(config, model.told);
  const all = [
    ...problems,
    ...checkSignature(signature, { format: target, batching: config.batching }),
  ];
  if (all.length > 0) throw new UserError(all);
  return planModelConfig({ config, format: target, signature });
}

function describe(model: ModelConfig): string {
  const server = Object.values(model.server)[0];
  const batches = model.maxBatchSize === 0 ? "no batching" : `batches up to ${model.maxBatchSize}`;
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).join(", ");
  const tensors = model.inputs.length + model.outputs.length === 0
    ? "tensors as the model says"
    : `${names(model.inputs)} → ${names(model.outputs)}`;
  return `${server}: ${batches}; ${tensors}`;
}

/** The options that the pod's ConfigMap holds, and so all that can change the result. */
function shapingOptions(config: DeployConfig): readonly unknown[] {
  return keysOf("deployer").map((key) => [key, config[key] ?? null]);
}

/** Ends what a killed run left half-done; what lies beside the stamp is of no use to anybody. */
async function tidy(places: Places, { files }: World): Promise<void> {
  const { model, scratch, own, stamp, work } = places;
  await files.recover(model, scratch);
  const left = (await files.list(own)).map((name) => `${own}/${name}`);
  await Promise.all(left.filter((path) => path !== stamp).map((path) => files.remove(path)));
  if (work !== own) await files.remove(work);
  await files.makeDirectory(work);
}

async function removeWork({ own, work, download, unpacked }: Places, { files }: World) {
  await Promise.all((work === own ? [download, unpacked] : [work]).map(files.remove));
}

async function leaveLastWords(words: string, { files }: World): Promise<void> {
  if (await files.kind(TERMINATION_LOG) !== "file") return;
  try {
    await files.overwrite(TERMINATION_LOG, words);
  } catch {
    // The failure itself matters more than its epitaph.
  }
}
