/** What a converter gets and gives: a step of the plan becomes command lines, as values. */

import type { Config } from "../../../config/schema.ts";
import type { Format } from "../../../model/format.ts";
import type { Signature } from "../../../model/tensor.ts";
import type { Variant } from "../../../plan/variant.ts";
import type { ToolCommand } from "../../../world.ts";

/** A model as the tools want it: under its usual name, in a folder of its own. */
export interface WorkModel {
  readonly format: Format;
  /** Of the file, or of a SavedModel's folder. */
  readonly path: string;
  readonly bytes: number;
  readonly signature: Signature;
  /** Of a SavedModel: the name of the signature that Triton serves. */
  readonly signatureKey?: string | undefined;
}

export interface Conversion {
  readonly config: Config;
  readonly variant: Variant;
  readonly model: WorkModel;
  /** What the tool is to write: a file, or a SavedModel's folder. Its own folder is there. */
  readonly output: string;
  /** The folder of our scripts and of their dataset.json. */
  readonly scripts: string;
  /** `10.3.0`; undefined when Python knows no TensorRT. */
  readonly tensorrt: string | undefined;
}

export interface ConversionPlan {
  readonly commands: readonly ToolCommand[];
  /** The file or folder that is there when they have run. */
  readonly result: string;
}

export type Converter = (conversion: Conversion) => ConversionPlan;

/** One of our own scripts, by the Python of the image. */
export function script(
  { scripts, config }: Pick<Conversion, "scripts" | "config">,
  name: string,
  args: readonly string[],
): ToolCommand {
  return python(config, [`${scripts}/${name}`, ...args]);
}

export function python(config: Config, args: readonly string[]): ToolCommand {
  return { program: "python3", args, ...chosenGpus(config) };
}

/** A pod has its device from Kubernetes; by hand the user may choose. */
export function chosenGpus({ gpus }: Config): Pick<ToolCommand, "env"> {
  return gpus[0] === "all" ? {} : { env: { CUDA_VISIBLE_DEVICES: gpus.join(",") } };
}
