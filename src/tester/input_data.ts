/** The file of perf_analyzer's `--input-data`: a few samples, the same for the same seed. */

import { concatBytes } from "../text/bytes.ts";
import { UserError } from "../errors.ts";
import { encodingOf } from "../model/encoding.ts";
import type { SampleSpec } from "./dataset.ts";
import { seededRandom } from "./random.ts";

const SAMPLES = 8;
const LETTERS = 16;
const MOST_BYTES = 64 * 2 ** 20;
const MOST_BYTES_OF_ONE = 128 * 2 ** 20;

/**
 * perf_analyzer takes the samples in turn, a batch at a time, and begins again at their end. As
 * Base64 it takes every type, FP16 and BF16 too, which it refuses as numbers (as it does `1` for
 * `1.0`): https://github.com/triton-inference-server/perf_analyzer/blob/main/docs/input_data.md
 */
export function printInputData(specs: readonly SampleSpec[], seed: number): string {
  const count = sampleCount(specs);
  const columns = specs.map((spec) => {
    const random = seededRandom(seed, spec.name);
    return Array.from({ length: count }, () => ({
      content: { b64: encode(spec, random).toBase64() },
      shape: spec.dims,
    }));
  });
  const data = Array.from(
    { length: count },
    (_, i) => Object.fromEntries(specs.map((spec, column) => [spec.name, columns[column]![i]])),
  );
  return `${JSON.stringify({ data })}\n`;
}

/** Large samples are fewer, since perf_analyzer holds all of them in memory. */
export function sampleCount(specs: readonly SampleSpec[]): number {
  const bytes = specs.reduce((sum, spec) => sum + sampleBytes(spec), 0);
  if (bytes > MOST_BYTES_OF_ONE) {
    throw new UserError({
      where: "max_shapes",
      what: `makes one sample ${
        Math.ceil(bytes / 2 ** 20)
      } MiB large, which is more than the tester's ${MOST_BYTES_OF_ONE / 2 ** 20} MiB`,
    });
  }
  return Math.max(1, Math.min(SAMPLES, Math.floor(MOST_BYTES / Math.max(1, bytes))));
}

function sampleBytes({ dtype, dims }: SampleSpec): number {
  const each = dtype === "string" ? 4 + LETTERS : encodingOf(dtype).bytes;
  return elements(dims) * each;
}

function elements(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

function encode(spec: SampleSpec, random: () => number): Uint8Array {
  const { dtype, dims, values } = spec;
  const count = elements(dims);
  if (dtype === "string") {
    return encodeTexts(Array.from({ length: count }, () => drawText(values, random)));
  }
  const { bytes, write, round } = encodingOf(dtype);
  const view = new DataView(new ArrayBuffer(count * bytes));
  for (let i = 0; i < count; i++) write(view, i * bytes, drawNumber(values, random, round));
  return new Uint8Array(view.buffer);
}

function drawNumber(
  values: SampleSpec["values"],
  random: () => number,
  round: (value: number) => number,
): number {
  if (values.kind === "letters") return 0;
  const { low, high } = values;
  if (values.kind === "integer") {
    return Math.min(high, low + Math.floor(random() * (high - low + 1)));
  }
  // Halves, because the whole width of a range may be above the largest number.
  const value = low + 2 * random() * (high / 2 - low / 2);
  const rounded = round(value);
  return rounded >= low && rounded <= high ? rounded : round((low + high) / 2);
}

function drawText(values: SampleSpec["values"], random: () => number): string {
  if (values.kind !== "letters") return String(drawNumber(values, random, (value) => value));
  const letter = () => String.fromCharCode(97 + Math.floor(random() * 26));
  return Array.from({ length: LETTERS }, letter).join("");
}

/** Each text as its length in four bytes and its bytes. */
function encodeTexts(texts: readonly string[]): Uint8Array {
  return concatBytes(texts.flatMap((text) => {
    const bytes = new TextEncoder().encode(text);
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, bytes.length, true);
    return [new Uint8Array(length.buffer), bytes];
  }));
}
