/** deploy: fetch → unpack → convert → configure → place, in the init container or by hand. */

import { deployerOptions } from "../config/deployer_options.ts";
import type { Where } from "../config/load.ts";
import { keysOf } from "../config/schema.ts";
import type { Config } from "../config/schema.ts";
import { shapeProblems } from "../config/shape_rules.ts";
import type { ArchiveLimits } from "../deployer/unpack/archive_rules.ts";
import { convert } from "../deployer/convert/convert.ts";
import { deadlineAfter } from "../deployer/deadline.ts";
import { onDisk } from "../deployer/disk_error.ts";
import { lastWords, TERMINATION_LOG } from "../deployer/last_words.ts";
import { checkMachine, type Machine, readMachine } from "../deployer/convert/machine.ts";
import { type ModelUri, parseModelUri } from "../deployer/model_uri.ts";
import { place } from "../deployer/place.ts";
import { type Places, placesOf } from "../deployer/places.ts";
import { downloadPaths } from "../deployer/fetch/remote.ts";
import { sourceFor } from "../deployer/fetch/source.ts";
import type { SourceModel } from "../deployer/source_model.ts";
import { readStamp, stampKey } from "../deployer/stamp.ts";
import { isUnchanged } from "../deployer/fetch/unchanged.ts";
import { Interrupted, type Problem, UserError } from "../errors.ts";
import { type Format, formatFromPath, holdsEngine } from "../model/format.ts";
import type { KnownSignature } from "../model/tensor.ts";
import { conversionProblems } from "../plan/conversion_problems.ts";
import { planVariants, type Variant } from "../plan/variant.ts";
import { type ModelConfig, planModelConfig } from "../triton/model_config.ts";
import { modelTree } from "../triton/repository.ts";
import { cleanLine, redactUri } from "../text/clean.ts";
import { checkSignature, joinSignatures } from "../triton/signature.ts";
import { VERSION } from "../version.ts";
import type { World } from "../world.ts";
import { openModel } from "./open_model.ts";
import type { deployOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

type DeployConfig = Config & Invocation<typeof deployOptions>["settings"];

export async function deploy(
  { settings, where }: Invocation<typeof deployOptions>,
  world: World,
): Promise<void> {
  const config = settings as DeployConfig;
  using deadline = deadlineAfter(config.deadline_seconds, world);
  try {
    await deployModel(config, where, deadline.world);
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      const secret = { text: config.model_uri!, shown: redactUri(config.model_uri!) };
      await leaveLastWords(lastWords(error, secret), world);
    }
    throw error;
  }
}

async function deployModel(config: DeployConfig, where: Where, world: World): Promise<void> {
  const { files, streams } = world;
  const uri = parseModelUri(config.model_uri!);
  const source = sourceFor(uri, world);
  const request = { config, where, uri };
  refuseEarly(request);
  const places = placesOf({
    repository: files.absolute(config.model_repository!),
    workDirectory: config.work_dir && files.absolute(config.work_dir),
    modelName: config.model_name,
  });
  const machine = await machineFor(request, world);
  const key = stampKey({ version: VERSION, uri, options: shapingOptions(config), machine });
  const wanted = { source, address: uri.text, shown: uri.shown, sha256: config.model_sha256 };

  let isKept = false;
  const unlock = await onDisk(`use ${places.own}`, () => files.lock(places.own));
  try {
    await onDisk(`tidy ${places.scratch}`, () => tidy(places, world));
    const stamp = await readStamp(places.stamp, { key, model: places.model, files });
    if (stamp && await isUnchanged({ ...wanted, object: stamp.object }, world)) {
      streams.err(`already complete: ${places.model}`);
      return streams.out(places.model);
    }
    const { model, object } = await openModel({
      wanted,
      places,
      name: uri.name,
      format: config.model_format,
      limits: archiveLimits(config),
    }, world);
    const variant = planTarget({ ...request, config: { ...config, model_format: model.format } });
    const signature = knownSignature(model, variant, request);
    const { into, tensorrt } = { into: places.converted, tensorrt: machine?.tensorrt };
    const converted = await onDisk(
      "write the converted model",
      () => convert(model, { config, variant, signature, into, tensorrt }, world),
    );
    const modelConfig = configure(converted.signature, variant, config);
    streams.err(`configure ${describe(modelConfig)}`);
    streams.err(`place ${places.model}/${modelConfig.modelVersion}`);
    const tree = modelTree(modelConfig, converted.files);
    await place({ tree, places, key, object }, files);
    streams.out(places.model);
  } catch (error) {
    isKept = !(error instanceof Interrupted);
    throw error;
  } finally {
    await removeWork(places, { isKept }, world).finally(unlock);
  }
}

interface Request {
  readonly config: DeployConfig;
  readonly where: Where;
  readonly uri: ModelUri;
}

function archiveLimits(config: DeployConfig): ArchiveLimits {
  return {
    bytes: config.archive_max_bytes,
    entries: config.archive_max_entries,
    ratio: config.archive_max_ratio,
  };
}

/** What the name and the options alone tell is said before a long download, not after it. */
function refuseEarly(request: Request): void {
  const { config } = request;
  if (sourceFormat(request) === undefined) return;
  const variant = planTarget(request);
  refuse(servingProblems(config, variant, config));
}

function sourceFormat({ config, uri }: Request): Format | undefined {
  return config.model_format ?? formatFromPath(uri.name);
}

/** @throws UserError when the model cannot be served in that format */
function planTarget({ config, where, uri }: Request): Variant {
  return planVariants(config, { path: uri.name, where }).variants[0]!;
}

/** Undefined when no engine is built: then a model serves on every machine. */
async function machineFor(request: Request, world: World): Promise<Machine | undefined> {
  const [target] = request.config.target_formats ?? [];
  if (target === undefined || !holdsEngine(target) || target === sourceFormat(request)) return;
  const machine = await readMachine(world);
  checkMachine(machine, target);
  return machine;
}

/** @throws UserError with all that keeps the model from being converted and served */
function knownSignature(
  model: SourceModel,
  variant: Variant,
  { config, where }: Request,
): KnownSignature {
  const { signature, problems } = joinSignatures(config, model.told);
  const shapes = problems.length > 0 ? [] : shapeProblems({ ...config, ...signature }, where);
  refuse([...problems, ...shapes, ...servingProblems(config, variant, signature)]);
  return signature;
}

function servingProblems(config: Config, variant: Variant, signature: KnownSignature): Problem[] {
  return [
    ...checkSignature(signature, { format: variant.target, batching: config.batching }),
    ...conversionProblems(config, variant, signature),
  ];
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new UserError(problems);
}

/** @throws UserError when a tool made of the model what Triton cannot serve */
function configure(signature: KnownSignature, { target }: Variant, config: Config): ModelConfig {
  refuse(checkSignature(signature, { format: target, batching: config.batching }));
  return planModelConfig({ config, format: target, signature });
}

function describe(model: ModelConfig): string {
  const server = Object.values(model.server)[0];
  const batches = model.maxBatchSize === 0 ? "no batching" : `batches up to ${model.maxBatchSize}`;
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).join(", ");
  const tensors = model.inputs.length + model.outputs.length === 0
    ? "tensors as the model says"
    : `${names(model.inputs)} → ${names(model.outputs)}`;
  return cleanLine(`${server}: ${batches}; ${tensors}`);
}

/** The options that the pod's ConfigMap holds, less those that cannot change the result. */
function shapingOptions(config: DeployConfig): readonly unknown[] {
  return keysOf("deployer").filter((key) => !Object.hasOwn(deployerOptions, key))
    .map((key) => [key, config[key] ?? null]);
}

/** Ends what a killed run left half-done; only the stamp and what was downloaded are of use. */
async function tidy(places: Places, { files }: World): Promise<void> {
  const { model, scratch, own, stamp, work, download } = places;
  await files.recover(model, scratch);
  await files.makeDirectory(work);
  const useful = [stamp, ...downloadPaths(download)];
  for (const folder of new Set([own, work])) {
    const left = (await files.list(folder)).map((name) => `${folder}/${name}`);
    await Promise.all(left.filter((path) => !useful.includes(path)).map(files.remove));
  }
}

/** @param isKept what was downloaded serves the next run */
async function removeWork(
  { own, work, download, unpacked, converted }: Places,
  { isKept }: { readonly isKept: boolean },
  { files }: World,
): Promise<void> {
  const all = work === own ? [...downloadPaths(download), unpacked, converted] : [work];
  await Promise.all((isKept ? [unpacked, converted] : all).map(files.remove));
}

async function leaveLastWords(words: string, { files }: World): Promise<void> {
  if (await files.kind(TERMINATION_LOG) !== "file") return;
  try {
    await files.overwrite(TERMINATION_LOG, words);
  } catch {
    // The failure itself matters more than its epitaph.
  }
}
