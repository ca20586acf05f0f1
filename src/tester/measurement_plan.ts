/** Which batch sizes at which concurrency are measured. */

import { ToolError } from "../errors.ts";
import type { ServedModel } from "./served_model.ts";

/** One measurement to make. */
export interface Point {
  readonly batch: number;
  readonly concurrency: number;
}

/** What the user said; what is left out follows from the server's batching. */
export interface Wanted {
  readonly batch_sizes?: readonly number[] | undefined;
  readonly concurrency?: readonly number[] | undefined;
}

const MOST_REQUESTS = 64;

/** @throws ToolError when only the server could tell that a batch size is too large */
export function planMeasurements(wanted: Wanted, served: ServedModel): readonly Point[] {
  const { maxBatchSize, dynamicBatching } = served;
  const largest = Math.max(1, maxBatchSize);
  const batches = given(wanted.batch_sizes) ??
    (dynamicBatching ? [1] : powersOfTwo(largest));
  const tooLarge = batches.filter((batch) => batch > largest);
  if (tooLarge.length > 0) {
    throw new ToolError(
      `batch_sizes asks for ${
        tooLarge.join(", ")
      }, but the server's max_batch_size is ${maxBatchSize}`,
      { hint: "set `batch_sizes` lower, or install with a larger `deployer.maxBatchSize`" },
    );
  }
  const concurrency = (batch: number) =>
    given(wanted.concurrency) ??
      (dynamicBatching ? powersOfTwo(requestsToFill(largest, batch)) : [1]);
  return batches.flatMap((batch) => concurrency(batch).map((c) => ({ batch, concurrency: c })));
}

/** Twice a full batch: one is running while the next one forms. */
function requestsToFill(largest: number, batch: number): number {
  return Math.min(2 * Math.ceil(largest / batch), MOST_REQUESTS);
}

/** 1, 2, 4 … and the limit itself. */
function powersOfTwo(limit: number): readonly number[] {
  const list: number[] = [];
  for (let power = 1; power < limit; power *= 2) list.push(power);
  return [...list, limit];
}

function given(list: readonly number[] | undefined): readonly number[] | undefined {
  return list === undefined || list.length === 0 ? undefined : [...new Set(list)];
}
