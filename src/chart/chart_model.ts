/** Everything that the templates may say about one chart, ready to be printed. */

import type { Option, Reader } from "../config/option.ts";
import { type Config, configOptions, keysOf } from "../config/schema.ts";
import type { Format } from "../model/format.ts";
import { frameworkImage, tritonImage } from "../plan/base_image.ts";
import { chartBaseName, chartDirectoryName, inferenceChart, testerChart } from "../plan/names.ts";
import type { Variant } from "../plan/variant.ts";
import { camelCase } from "../text/case.ts";
import { carriesSecret } from "../text/clean.ts";
import { VERSION } from "../version.ts";

export const PERF_ANALYZER_VERSION = "2.60.0";

export interface ChartOption {
  readonly key: string;
  readonly description: string;
  readonly value: unknown;
}

export interface ChartModel {
  readonly name: string;
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
  readonly perfAnalyzerVersion: string;
}

export function chartModel(config: Config, variant: Variant): ChartModel {
  const name = chartBaseName(chartDirectoryName(config));
  return {
    name,
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
    serverArgs: serverArgs(variant.target, config.container_version),
    serverUrl: `http://${inferenceChart(name)}:8000`,
    deployerOptions: options(config, variant, "deployer"),
    testerOptions: options(config, variant, "tester"),
    navigatorVersion: VERSION,
    perfAnalyzerVersion: PERF_ANALYZER_VERSION,
  };
}

export function chartNames(model: ChartModel): readonly [string, string] {
  return [inferenceChart(model.name), testerChart(model.name)];
}

/**
 * What the deployer writes for these formats is whole, so Triton need not guess: its own advice for
 * production, https://github.com/triton-inference-server/server/blob/main/docs/customization_guide/deploy.md
 */
function serverArgs(format: Format, containerVersion: string): string[] {
  if (format === "onnx" || format === "torchscript" || format === "torch-trt") {
    return ["--disable-auto-complete-config"];
  }
  const tensorflow = format === "tf-savedmodel" || format === "tf-trt";
  const [year = 0, month = 0] = containerVersion.split(".").map(Number);
  // The backend's default is TensorFlow 1 up to 22.07.
  const first = year < 22 || (year === 22 && month <= 7);
  return tensorflow && first ? ["--backend-config=tensorflow,version=2"] : [];
}

/** values.yaml holds what the user gave; what the file name told is said, so that no URI must. */
function options(config: Config, variant: Variant, reader: Reader): ChartOption[] {
  return keysOf(reader).map((key) => {
    const option: Option = configOptions[key];
    const given = key === "model_format" ? variant.source : config[key];
    return { key: camelCase(key), description: option.description, value: given ?? null };
  });
}
