/** How a measured configuration batches and runs: from its report, its config.pbtxt, or its table alone. */

import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import type { TableOrigin } from "../ranking/candidate.ts";
import type { Ranked } from "../ranking/rank.ts";
import { type MeasuredModel, measuredModel } from "../triton/measured_options.ts";
import { parsePbtxt } from "../triton/parse_pbtxt.ts";
import { PbtxtError } from "../triton/pbtxt_tokens.ts";
import type { Files } from "../world.ts";
import { readUtf8 } from "./read_utf8.ts";
import { realKind } from "./real_place.ts";

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * @throws UserError when its folder is not as it should be
 * @throws NotServable
 */
export async function readMeasuredModel(
  { candidate: { origin }, best }: Ranked,
  { results_repository: repository }: Config,
  files: Files,
): Promise<MeasuredModel> {
  if ("model" in origin) return origin.model;
  if (repository === undefined) return modelOfTable(origin);
  const { config, instances = {} } = origin;
  const path = join(repository, config, "config.pbtxt");
  if (await realKind(path, files) !== "file") {
    throw new UserError({
      where: best.where,
      what: `there is no ${path} that says how \`${config}\` was served`,
      hint: "give Model Analyzer's output_model_repository_path as --results-repository",
    });
  }
  const fields = readFields(path, await readText(path, files));
  return measuredModel(fields, {
    onCpu: instances.gpu === undefined && instances.cpu !== undefined,
  });
}

function readFields(path: string, text: string) {
  try {
    return parsePbtxt(text);
  } catch (error) {
    if (!(error instanceof PbtxtError)) throw error;
    throw new UserError({ where: `${path}:${error.line}`, what: error.message });
  }
}

async function readText(path: string, files: Files): Promise<string> {
  const unreadable = (reason: string) =>
    new UserError({ where: path, what: `cannot be read: ${reason}` });
  const text = await readUtf8(path, MAX_BYTES, files).catch(({ message }: Error) => {
    throw unreadable(message);
  });
  if (text === undefined) throw unreadable("it is too large for a model configuration");
  return text;
}

/** Whatever it does not say is up to the options. */
function modelOfTable({ maxBatchSize, instances }: TableOrigin): MeasuredModel {
  const options = {
    ...(maxBatchSize === undefined
      ? {}
      : maxBatchSize === 0
      ? { batching: "disabled" as const }
      : { max_batch_size: maxBatchSize }),
    ...(instances === undefined ? {} : { engine_count_per_device: instances }),
  };
  return { backend: undefined, options, unsaid: [] };
}
