/** Precisions of TensorRT's layers, and which of them a mode lets its builder choose from. */

export const PRECISIONS = ["int8", "fp16", "fp32", "tf32"] as const;
export type Precision = typeof PRECISIONS[number];

export const PRECISION_MODES = ["hierarchy", "single", "mixed"] as const;
export type PrecisionMode = typeof PRECISION_MODES[number];

/** What the builder may use besides fp32, which it always may. */
export type BuilderFlag = Exclude<Precision, "fp32">;

/** From the most exact to the fastest: in a hierarchy each one brings those before it. */
const LADDER: readonly BuilderFlag[] = ["tf32", "fp16", "int8"];

/** One way to build an engine. */
export interface EnginePrecision {
  readonly precision: Precision;
  readonly mode: Exclude<PrecisionMode, "mixed">;
  readonly flags: readonly BuilderFlag[];
}

/** Every way once: two that allow the builder the same are one. */
export function enginePrecisions(
  precisions: readonly Precision[],
  mode: PrecisionMode,
): readonly EnginePrecision[] {
  const modes = mode === "mixed" ? ["hierarchy", "single"] as const : [mode];
  const all = modes.flatMap((one) => precisions.map((precision) => engine(precision, one)));
  return all.filter(({ flags }, index) =>
    all.findIndex((other) => other.flags.join() === flags.join()) === index
  );
}

function engine(precision: Precision, mode: "hierarchy" | "single"): EnginePrecision {
  if (mode === "single") return { precision, mode, flags: precision === "fp32" ? [] : [precision] };
  const step = precision === "fp32" ? 0 : LADDER.indexOf(precision);
  return { precision, mode, flags: LADDER.slice(0, step + 1) };
}
