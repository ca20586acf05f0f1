/** Everything that the templates may say about one chart, ready to be printed. */

import { choicesOf, type Option, type Reader } from "../config/option.ts";
import { type Config, configOptions, keysOf } from "../config/schema.ts";
import { type Format, formatFacts } from "../model/format.ts";
import { frameworkImage, perfAnalyzerImage, tritonImage } from "../plan/base_image.ts";
import type { PlannedChart } from "../plan/charts.ts";
import { inferenceChart, testerChart } from "../plan/names.ts";
import { narrowConfig, type Variant } from "../plan/variant.ts";
import { camelCase } from "../text/case.ts";
import { carriesSecret } from "../text/clean.ts";
import { wrapWords } from "../text/wrap.ts";
import { VERSION } from "../version.ts";

export const PERF_ANALYZER_VERSION = "2.60.0";
/** Its options are checked in the tests against this release. */
export const POLYGRAPHY_VERSION = "0.53.6";

/** With its indent and its mark, a line ends before column 100. */
const COMMENT_WIDTH = 95;

export interface ChartOption {
  readonly key: string;
  /** Lines of a comment. */
  readonly comment: readonly string[];
  readonly value: unknown;
}

export interface ChartModel {
  readonly name: string;
  readonly inferenceChart: string;
  readonly testerChart: string;
  readonly version: string;
  readonly modelName: string;
  readonly format: Format;
  readonly inferenceDescription: string;
  readonly testerDescription: string;
  readonly containerVersion: string;
  readonly frameworkImage: string;
  readonly tritonImage: string;
  readonly modelUri: string | null;
  readonly serverArgs: readonly string[];
  readonly serverUrl: string;
  readonly deployerOptions: readonly ChartOption[];
  readonly testerOptions: readonly ChartOption[];
  readonly navigatorVersion: string;
  readonly perfAnalyzerImage: string;
  readonly perfAnalyzerVersion: string;
  readonly polygraphyVersion: string;
}

export function chartModel(config: Config, chart: PlannedChart): ChartModel {
  const { name, variant, measured } = chart;
  const narrow = narrowConfig({ ...config, ...measured } as Config, variant);
  return {
    name,
    inferenceChart: inferenceChart(name),
    testerChart: testerChart(name),
    version: config.chart_version,
    modelName: config.model_name,
    format: variant.target,
    inferenceDescription: `Serves the model ${config.model_name} on Triton Inference Server`,
    testerDescription: `Load-tests the model ${config.model_name} on Triton Inference Server`,
    containerVersion: config.container_version,
    frameworkImage: frameworkImage(config, variant),
    tritonImage: tritonImage(config),
    // A chart is a file that people share: `install` puts such a URI into a secret.
    modelUri: config.model_uri === undefined || carriesSecret(config.model_uri)
      ? null
      : config.model_uri,
    serverArgs: serverArgs(variant, config.container_version),
    serverUrl: `http://${inferenceChart(name)}:8000`,
    deployerOptions: options(narrow, variant, "deployer"),
    testerOptions: options(narrow, variant, "tester"),
    navigatorVersion: VERSION,
    perfAnalyzerImage: perfAnalyzerImage(config),
    perfAnalyzerVersion: PERF_ANALYZER_VERSION,
    polygraphyVersion: POLYGRAPHY_VERSION,
  };
}

/**
 * What the deployer writes is whole where it knows the tensors, so Triton need not guess: its own advice for
 * production, https://github.com/triton-inference-server/server/blob/main/docs/customization_guide/deploy.md
 */
function serverArgs({ target, steps }: Variant, containerVersion: string): string[] {
  // Only a plan that nobody converted here keeps its tensors to itself.
  const complete = target !== "trt" || steps.length > 0;
  // The backend's default is TensorFlow 1 up to 22.07.
  const first = formatFacts(target).backend === "tensorflow" && containerVersion < "22.08";
  return [
    ...(complete ? ["--disable-auto-complete-config"] : []),
    ...(first ? ["--backend-config=tensorflow,version=2"] : []),
  ];
}

/** values.yaml holds what the user gave; what the file name told is said, so that no URI must. */
function options(config: Config, variant: Variant, reader: Reader): ChartOption[] {
  return keysOf(reader).map((key) => {
    const option: Option = configOptions[key];
    const given = key === "model_format" ? variant.source : config[key];
    const choices = choicesOf(option);
    const text = `${option.description}${choices ? ` One of ${choices.join(", ")}.` : ""}`;
    const comment = wrapWords(text.split(" "), COMMENT_WIDTH);
    return { key: camelCase(key), comment, value: given ?? null };
  });
}
