/** deploy: fetch → unpack → convert → configure → place, in the init container or by hand. */

import { deployerOptions } from "../config/deployer_options.ts";
import type { Where } from "../config/load.ts";
import { keysOf } from "../config/schema.ts";
import type { Config } from "../config/schema.ts";
import { convert } from "../deployer/convert/convert.ts";
import { checkMachine, type Machine, readMachine } from "../deployer/convert/machine.ts";
import { deadlineAfter } from "../deployer/deadline.ts";
import { onDisk } from "../deployer/disk_error.ts";
import type { Source } from "../deployer/fetch/provider.ts";
import { sourceFor } from "../deployer/fetch/source.ts";
import { isUnchanged } from "../deployer/fetch/unchanged.ts";
import {
  type Deployed,
  type JsonLine,
  jsonStreams,
  printJsonLine,
  resultLine,
} from "../deployer/json_lines.ts";
import { lastWords, TERMINATION_LOG } from "../deployer/last_words.ts";
import { parseModelUri } from "../deployer/model_uri.ts";
import { place } from "../deployer/place.ts";
import { type Places, placesOf } from "../deployer/places.ts";
import { readStamp, stampKey } from "../deployer/stamp.ts";
import type { ArchiveLimits } from "../deployer/unpack/archive_rules.ts";
import { removeWork, tidy } from "../deployer/work.ts";
import { Interrupted } from "../errors.ts";
import { holdsEngine } from "../model/format.ts";
import { tritonImage } from "../plan/base_image.ts";
import { redactUri } from "../text/clean.ts";
import { modelTree } from "../triton/repository.ts";
import { VERSION } from "../version.ts";
import type { World } from "../world.ts";
import {
  configure,
  type Deployment,
  describe,
  knownSignature,
  planTarget,
  refuseEarly,
  sourceFormat,
} from "./judge_model.ts";
import { openModel } from "./open_model.ts";
import type { deployOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

type DeployConfig = Config & Invocation<typeof deployOptions>["settings"];

export async function deploy(
  { settings, where }: Invocation<typeof deployOptions>,
  world: World,
): Promise<void> {
  const config = settings as DeployConfig;
  const isJson = config.output === "json";
  using deadline = deadlineAfter(config.deadline_seconds, {
    ...world,
    streams: isJson ? jsonStreams(world) : world.streams,
  });
  const sayJson = (line: JsonLine) => world.streams.out(printJsonLine(line, world));
  try {
    const done = await deployModel(config, where, deadline.world);
    if (isJson) sayJson(resultLine(done));
    else world.streams.out(done.path);
  } catch (error) {
    const secret = { text: config.model_uri!, shown: redactUri(config.model_uri!) };
    const reason = error instanceof Interrupted ? error.message : lastWords(error, secret);
    if (isJson) sayJson({ type: "failure", reason });
    if (!(error instanceof Interrupted)) await leaveLastWords(reason, world);
    throw error;
  }
}

async function deployModel(config: DeployConfig, where: Where, world: World): Promise<Deployed> {
  const { files } = world;
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

  let isKept = false;
  const unlock = await onDisk(`use ${places.own}`, () => files.lock(places.own));
  try {
    await onDisk(`tidy ${places.scratch}`, () => tidy(places, files));
    // On a slow disk most of the time would go by waiting for it, and Triton reads what is in memory.
    // But when the machine boots, the model is fetched again: a signature will have expired by then.
    const isSigned = uri.text !== uri.shown;
    const quick = isSigned ? files : await files.untilBoot([places.own, places.work]);
    return await deployInto(places, { ...request, source, machine }, { ...world, files: quick });
  } catch (error) {
    isKept = !(error instanceof Interrupted);
    throw error;
  } finally {
    await removeWork(places, { isKept }, files).finally(unlock);
  }
}

interface Wanted extends Deployment {
  readonly config: DeployConfig;
  readonly source: Source;
  readonly machine: Machine | undefined;
}

/** @param places are tidy and ours */
async function deployInto(places: Places, request: Wanted, world: World): Promise<Deployed> {
  const { config, uri, source, machine } = request;
  const { files, streams } = world;
  const key = stampKey({
    version: VERSION,
    uri,
    options: shapingOptions(config),
    machine: machine && { ...machine, triton: tritonImage(config) },
  });
  const wanted = { source, address: uri.text, shown: uri.shown, sha256: config.model_sha256 };
  const stamp = await readStamp(places.stamp, { key, model: places.model }, world);
  if (stamp && await isUnchanged({ ...wanted, object: stamp.object }, world)) {
    streams.err(`already complete: ${places.model}`);
    const { object, served } = stamp;
    return { path: places.model, source: uri.shown, unchanged: true, object, served };
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
  const { name, modelVersion } = modelConfig;
  const served = { model: name, modelVersion, format: variant.target };
  await place({ tree, places, key, object, served }, files);
  return { path: places.model, source: uri.shown, unchanged: false, object, served };
}

function archiveLimits(config: DeployConfig): ArchiveLimits {
  return {
    bytes: config.archive_max_bytes,
    entries: config.archive_max_entries,
    ratio: config.archive_max_ratio,
  };
}

/** Undefined when no engine is built: then a model serves on every machine. */
async function machineFor(request: Deployment, world: World): Promise<Machine | undefined> {
  const [target] = request.config.target_formats ?? [];
  if (target === undefined || !holdsEngine(target) || target === sourceFormat(request)) return;
  const machine = await readMachine(world);
  checkMachine(machine, target);
  return machine;
}

/** The options that the pod's ConfigMap holds, less those that cannot change the result. */
function shapingOptions(config: DeployConfig): readonly unknown[] {
  return keysOf("deployer").filter((key) => !Object.hasOwn(deployerOptions, key))
    .map((key) => [key, config[key] ?? null]);
}

async function leaveLastWords(words: string, { files }: World): Promise<void> {
  if (await files.kind(TERMINATION_LOG) !== "file") return;
  try {
    await files.overwrite(TERMINATION_LOG, words);
  } catch {
    // The failure itself matters more than its epitaph.
  }
}
