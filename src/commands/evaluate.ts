/** In the tester's Job: wait until the model is ready, measure, print the table and the report. */

import { ToolError } from "../errors.ts";
import { planDataset } from "../tester/dataset.ts";
import { printInputData } from "../tester/input_data.ts";
import { measure } from "../tester/measure.ts";
import { planMeasurements } from "../tester/measurement_plan.ts";
import { parseVersion, PERF_ANALYZER_HINT, perfAnalyzerVersion } from "../tester/perf_analyzer.ts";
import { waitUntilReady } from "../tester/ready.ts";
import type { Failure, Measurement } from "../tester/report.ts";
import { printLogged } from "../tester/report_log.ts";
import { readServedModel } from "../tester/served_model.ts";
import { type ModelAddress, parseServerUrl } from "../tester/server_url.ts";
import { lastLines, redactUri } from "../text/clean.ts";
import type { World } from "../world.ts";
import type { evaluateOptions } from "./options.ts";
import type { Deed } from "./verb.ts";

export const evaluate: Deed<typeof evaluateOptions> = async ({ settings }, world) => {
  const address: ModelAddress = {
    url: parseServerUrl(settings.server_url!),
    model: settings.model_name!,
    modelVersion: settings.model_version,
  };
  const perfAnalyzer = await findPerfAnalyzer(world);
  await waitUntilReady(address, settings.ready_seconds, world);
  const served = await readServedModel(address, world);
  const points = planMeasurements(settings, served);
  const samples = planDataset(settings, served);

  const measurements: Measurement[] = [];
  const failures: Failure[] = [];
  const directory = await world.files.makeTemporary("navigator-tester-");
  try {
    const inputData = `${directory}/input.json`;
    await world.files.writeText(inputData, printInputData(samples, settings.random_seed));
    for (const [i, point] of points.entries()) {
      const measured = await measure({
        address,
        point,
        progress: `${i + 1}/${points.length}`,
        windowSeconds: settings.measurement_seconds,
        inputData,
        directory,
      }, world);
      if ("measurement" in measured) measurements.push(measured.measurement);
      else failures.push(measured.failure);
    }
  } finally {
    await world.files.remove(directory);
  }

  world.streams.out(printLogged({
    schema: 1,
    model: address.model,
    modelVersion: address.modelVersion,
    server: { version: served.serverVersion, url: redactUri(address.url) },
    perfAnalyzer,
    measurements,
    failures,
  }));
  if (failures.length > 0) throw failed(failures, points.length);
};

/** Asked first, so that a wrong image shows at once and not after the wait. */
async function findPerfAnalyzer(world: World): Promise<string> {
  try {
    const result = await world.exec(perfAnalyzerVersion());
    const said = parseVersion(result);
    if (said !== undefined) return said;
    throw new ToolError("`perf_analyzer` does not start", {
      output: lastLines(result.stderr + result.stdout, 5),
    });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new ToolError(error.message, { ...error.details, hint: PERF_ANALYZER_HINT });
  }
}

function failed(failures: readonly Failure[], points: number): ToolError {
  const reasons = [...new Set(failures.map((failure) => failure.reason))];
  return new ToolError(`${failures.length} of ${points} measurements failed`, {
    output: reasons.join("\n"),
    hint: "see the server's log with `kubectl logs`",
  });
}
