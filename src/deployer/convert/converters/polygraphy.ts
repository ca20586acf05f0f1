/** An ONNX model becomes a TensorRT plan: https://github.com/NVIDIA/TensorRT/tree/main/tools/Polygraphy */

import { ToolError } from "../../../errors.ts";
import type { Signature, TensorSpec } from "../../../model/tensor.ts";
import { planProfile, type ProfileShapes } from "../../../plan/profile.ts";
import { majorVersion } from "../machine.ts";
import { chosenGpus, type Conversion, type ConversionPlan } from "./conversion.ts";

/** @throws ToolError when this TensorRT cannot do what is asked for */
export function polygraphy(conversion: Conversion): ConversionPlan {
  const { config, model, output } = conversion;
  const args = [
    ...["convert", model.path],
    ...["--convert-to", "trt"],
    ...["--output", output],
    ...profileArgs(planProfile(config, model.signature.inputs)),
    ...precisionArgs(conversion),
    ...["--pool-limit", `workspace:${config.tensorrt_max_workspace_size}`],
    ...(config.tensorrt_sparse_weights ? ["--sparse-weights"] : []),
  ];
  return { commands: [{ program: "polygraphy", args, ...chosenGpus(config) }], result: output };
}

/** TensorRT before 10 makes integers of 32 bits of those with 64; Torch-TensorRT and TF-TRT hide that. */
export function engineSignature(
  { inputs, outputs }: Signature,
  tensorrt: string | undefined,
): Signature {
  const narrow = (tensors: readonly TensorSpec[]) =>
    tensors.map((one) => one.dtype === "int64" ? { ...one, dtype: "int32" as const } : one);
  const wide = majorVersion(tensorrt) >= 10;
  return wide ? { inputs, outputs } : { inputs: narrow(inputs), outputs: narrow(outputs) };
}

/** The names may hold colons: Polygraphy splits at the last one. */
function profileArgs(profiles: readonly ProfileShapes[]): string[] {
  const fixed = profiles.every(({ min, max }) => min.join() === max.join());
  return fixed ? [] : (["min", "opt", "max"] as const).flatMap((bound) => [
    `--trt-${bound}-shapes`,
    ...profiles.map((one) => `${one.name}:[${one[bound].join(",")}]`),
  ]);
}

/**
 * Strongly typed networks came with TensorRT 9, and 11 knows no others:
 * https://docs.nvidia.com/deeplearning/tensorrt/latest/api/migration/tensorrt-10x-to-11x.html
 */
function precisionArgs({ config, variant, scripts, tensorrt }: Conversion): string[] {
  const flags = variant.precision?.flags ?? [];
  const major = majorVersion(tensorrt);
  const tf32 = flags.includes("tf32") ? ["--tf32"] : [];
  if (config.tensorrt_explicit_precision && major >= 9) return ["--strongly-typed", ...tf32];
  const reduced = flags.filter((flag) => flag !== "tf32");
  if (major >= 11 && reduced.length > 0) throw noWeakTyping(tensorrt!, reduced);
  // Before, a quantized network wants its integers allowed, and nothing else.
  const allowed = config.tensorrt_explicit_precision ? new Set([...reduced, "int8"]) : reduced;
  const loader = tensorrt !== undefined && major < 10 ? ":load_narrow_data" : "";
  const calibration = [...allowed].includes("int8")
    ? ["--data-loader-script", `${scripts}/samples.py${loader}`]
    : [];
  return [...tf32, ...[...allowed].map((flag) => `--${flag}`), ...calibration];
}

function noWeakTyping(version: string, precisions: readonly string[]): ToolError {
  return new ToolError(
    `TensorRT ${version} does not choose ${precisions.join(" or ")} by itself any more`,
    {
      hint: "give an ONNX model that is in that precision already, with " +
        "`tensorrt_explicit_precision: true`; or `tensorrt_precisions: fp32`; or an older " +
        "container version",
    },
  );
}
