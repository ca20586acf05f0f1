/** Measures one point after the other, as long as the server serves the model. */

import type { World } from "../world.ts";
import { measure, type MeasureRequest } from "./measure.ts";
import type { Point } from "./measurement_plan.ts";
import { whyNotReady } from "./ready.ts";
import type { Failure, Report } from "./report.ts";

export type Results = Pick<Report, "measurements" | "failures">;

/** A point that fails does not end the others, unless the model is gone. */
export async function measureAll(
  points: readonly Point[],
  how: Omit<MeasureRequest, "point" | "progress">,
  world: World,
): Promise<Results> {
  const results: Results = { measurements: [], failures: [] };
  for (const [i, point] of points.entries()) {
    const progress = `${i + 1}/${points.length}`;
    const measured = await measure({ ...how, point, progress }, world);
    if ("measurement" in measured) {
      results.measurements.push(measured.measurement);
      continue;
    }
    results.failures.push(measured.failure);
    const gone = await whyNotReady(how.address, world);
    if (gone === undefined) continue;
    const reason = `not tried, since the model is gone: ${gone}`;
    const left = points.slice(i + 1).map((point): Failure => ({ ...point, errors: 0, reason }));
    world.streams.err(`the model is gone, ${left.length} points are left: ${gone}`);
    results.failures.push(...left);
    break;
  }
  return results;
}
