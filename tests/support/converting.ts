/** `deploy` with tools that only pretend, on small models of each format. */

import { deploy } from "../../src/commands/deploy.ts";
import { deployOptions } from "../../src/commands/options.ts";
import type { ToolCommand } from "../../src/world.ts";
import { torchScriptZip } from "./archive.ts";
import { type FakeTool, fakeWorld } from "./fake_world.ts";
import { smallOnnx } from "./onnx.ts";
import { smallSavedModel } from "./saved_model.ts";
import { type Flags, givenFlags, settingsFrom } from "./settings.ts";

export interface Place {
  readonly folder: string;
  /** Deploys a file of the folder with these tools, all of which must be called; returns the log. */
  run(
    file: string,
    flags: Flags,
    tools: readonly FakeTool[],
    signal?: AbortSignal,
  ): Promise<string>;
}

export async function inPlace(test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const run: Place["run"] = async (file, flags, tools, signal) => {
    const given = givenFlags(deployOptions, {
      model_name: "m",
      model_uri: `file://${folder}/${file}`,
      model_repository: `${folder}/models`,
      ...flags,
    });
    const { settings, where } = settingsFrom(deployOptions, [given]);
    const world = fakeWorld({ tools, ...signal && { signal } });
    await deploy({ settings, words: [], rest: [], where }, world);
    world.done();
    return world.stderr.join("\n").replaceAll(folder, "");
  };
  try {
    await Deno.mkdir(`${folder}/m.savedmodel`);
    await Deno.writeFile(`${folder}/m.savedmodel/saved_model.pb`, smallSavedModel());
    await Deno.writeFile(`${folder}/m.pt`, torchScriptZip());
    await Deno.writeFile(`${folder}/m.onnx`, smallOnnx());
    await test({ folder, run });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Writes what the word after `flag` names. */
export function writes(starts: string, flag: string, body: Uint8Array): FakeTool {
  const answer = ({ args }: ToolCommand) => {
    Deno.writeFileSync(args[args.indexOf(flag) + 1]!, body);
    return "";
  };
  return { starts, answer };
}

export const tf2onnx = writes("python3 -m tf2onnx.convert", "--output", smallOnnx());
export const polygraphy = writes("polygraphy convert", "--output", new Uint8Array(9));
export const within = {
  output: "y",
  within: true,
  index: [0, 3],
  expected: "0.25",
  actual: "0.2500001",
  difference: "1e-07",
  needed: -1e-5,
};
export const comparing = (result: unknown): FakeTool => ({
  starts: "python3 /",
  answer: `noise\n${JSON.stringify(result)}\n`,
});
export const gpu = (name: string): FakeTool => ({
  starts: "nvidia-smi -L",
  answer: `GPU 0: ${name} (UUID: GPU-1)\n  MIG 1g.5gb     Device  0: (UUID: MIG-2)\n`,
});
export const tensorrt: FakeTool = { starts: "python3 -c", answer: "10.3.0\n" };
export const toOnnx: Flags = { target_formats: "onnx" };
export const toPlan: Flags = { target_formats: "trt" };
