/** What an engine is built for: this GPU and this TensorRT, and no others. */

import { ToolError } from "../../errors.ts";
import type { Format } from "../../model/format.ts";
import type { ToolCommand, World } from "../../world.ts";

export interface Machine {
  /** One a line, MIG slices below theirs, without what tells a device from its like. */
  readonly gpus: string | undefined;
  readonly tensorrt: string | undefined;
}

const LIST_GPUS: ToolCommand = { program: "nvidia-smi", args: ["-L"] };
const TENSORRT_VERSION: ToolCommand = {
  program: "python3",
  args: ["-c", "import tensorrt; print(tensorrt.__version__)"],
};

export async function readMachine({ exec }: Pick<World, "exec">): Promise<Machine> {
  const [gpus, tensorrt] = await Promise.all(
    [LIST_GPUS, TENSORRT_VERSION].map((command) => saidBy(command, exec)),
  );
  return {
    gpus: gpus?.replace(/ *\(?UUID: [^)\n]*\)?/g, ""),
    tensorrt: tensorrt?.split("\n").at(-1),
  };
}

/** Undefined when the tool is not there or fails. */
async function saidBy(command: ToolCommand, exec: World["exec"]): Promise<string | undefined> {
  try {
    const { stdout } = await exec(command);
    return stdout.trim() === "" ? undefined : stdout.trim();
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

/** @throws ToolError when what is wanted cannot be built here: said before a long download */
export function checkMachine({ tensorrt }: Machine, target: Format): void {
  if (target !== "trt" || tensorrt !== undefined) return;
  throw new ToolError("cannot convert to trt: the Python here has no module tensorrt", {
    hint: "build the chart's image on one of NVIDIA's framework images, which have it",
  });
}

/** 0 when there is none. */
export function majorVersion(version: string | undefined): number {
  return Number(version?.split(".")[0] ?? 0);
}
