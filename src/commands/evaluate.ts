/** In the tester's Job: wait until the model is ready, measure, print the table and the report. */

import { ToolError } from "../errors.ts";
import { planDataset } from "../tester/dataset.ts";
import { printInputData } from "../tester/input_data.ts";
import { measureAll } from "../tester/measure_all.ts";
import { planMeasurements } from "../tester/measurement_plan.ts";
import { parseVersion, PERF_ANALYZER_HINT, perfAnalyzerVersion } from "../tester/perf_analyzer.ts";
import { waitUntilReady } from "../tester/ready.ts";
import { type Report, REPORT_SCHEMA } from "../tester/report.ts";
import { printLogged } from "../tester/report_log.ts";
import { readServedModel } from "../tester/served_model.ts";
import { grpcAddress, type ModelAddress, parseServerUrl } from "../tester/server_url.ts";
import { judge, printMisses } from "../tester/judge.ts";
import { lastLines, redactUri } from "../text/clean.ts";
import { VERSION } from "../version.ts";
import type { World } from "../world.ts";
import type { evaluateOptions } from "./options.ts";
import type { Deed } from "./verb.ts";

export const evaluate: Deed<typeof evaluateOptions> = async ({ settings }, world) => {
  const address: ModelAddress = {
    url: parseServerUrl(settings.server_url!),
    model: settings.model_name!,
    modelVersion: settings.model_version,
  };
  const { protocol, measurement_seconds, random_seed } = settings;
  if (protocol === "grpc") grpcAddress(address.url);
  const perfAnalyzer = await findPerfAnalyzer(world);
  await waitUntilReady(address, settings.ready_seconds, world);
  const served = await readServedModel(address, world);
  const points = planMeasurements(settings, served);
  const samples = planDataset(settings, served);

  const directory = await world.files.makeTemporary("navigator-tester-");
  try {
    const inputData = `${directory}/input.json`;
    await world.files.writeText(inputData, printInputData(samples, random_seed));
    const how = { address, protocol, windowSeconds: measurement_seconds, inputData, directory };
    const results = await measureAll(points, how, world);
    const { platform, maxBatchSize, dynamicBatching, instances, configuration } = served;
    const report: Report = {
      schema: REPORT_SCHEMA,
      date: world.now().toISOString(),
      navigator: VERSION,
      perfAnalyzer,
      server: { version: served.serverVersion, url: redactUri(address.url) },
      model: address.model,
      modelVersion: address.modelVersion,
      served: {
        platform,
        maxBatchSize,
        dynamicBatching,
        instances: [...instances],
        configuration,
      },
      inputs: samples.map(({ name, dtype, dims }) => ({ name, dtype, dims: [...dims] })),
      randomSeed: random_seed,
      protocol,
      measurementSeconds: measurement_seconds,
      thresholds: settings.threshold ?? {},
      ...results,
    };
    world.streams.out(printLogged(report));
    throwIfBad(report);
  } finally {
    await world.files.remove(directory);
  }
};

/** Asked first, so that a wrong image shows at once and not after the wait. */
async function findPerfAnalyzer(world: World): Promise<string> {
  try {
    const result = await world.exec(perfAnalyzerVersion(), { accept: "any" });
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

/** The end of the log becomes the pod's termination message, of which Kubernetes keeps 2 KiB. */
const MOST_DETAILS = 10;

/** @throws ToolError when a point could not be measured, or a threshold is missed */
function throwIfBad(report: Report): void {
  const { measurements, failures } = report;
  const judgements = judge(report);
  const missed = judgements.filter(({ misses }) => misses.length > 0).length;
  const points = measurements.length + failures.length;
  const problems = [
    ...(failures.length > 0 ? [`${failures.length} of ${points} measurements failed`] : []),
    ...(missed > 0 ? [`${missed} of ${judgements.length} thresholds missed`] : []),
  ];
  if (problems.length === 0) return;
  const reasons = [...new Set(failures.map((failure) => failure.reason))];
  const details = [...reasons, ...printMisses(judgements)];
  const more = details.length - MOST_DETAILS;
  throw new ToolError(problems.join(", "), {
    output: [
      ...details.slice(0, MOST_DETAILS),
      ...(more > 0 ? [`and ${more} more, below the table`] : []),
    ].join("\n"),
    hint: failures.length > 0 ? "see the server's log with `kubectl logs`" : undefined,
  });
}
