/** The pods that serve a model: which container is Triton, which prepares the model, and how. */

import { fromYaml } from "../config/yaml_source.ts";
import { loadSettings } from "../config/load.ts";
import { type Config, configOptions } from "../config/schema.ts";
import type { Problem } from "../errors.ts";
import { type Format, formatFromPath } from "../model/format.ts";
import { parseImage } from "../plan/image_reference.ts";
import { variantProblems } from "../plan/variant_problems.ts";
import { type ChartView, named, type Pod, type PodContainer } from "./chart_view.ts";
import type { Container, KubeObject } from "./kube.ts";

export interface TritonPod {
  readonly pod: Pod;
  readonly server: PodContainer;
  readonly deployer: PodContainer | undefined;
  readonly model: ModelOptions | undefined;
}

/** What the deployer or the tester reads from its ConfigMap, read with their own code. */
export interface ModelOptions {
  readonly object: KubeObject;
  readonly path: string;
  /** Undefined when there are problems. */
  readonly config: Config | undefined;
  readonly problems: readonly Problem[];
}

export function tritonPods(chart: ChartView): TritonPod[] {
  return chart.pods.flatMap((pod) => {
    const server = pod.containers.find((c) => c.list === "containers" && isTriton(c));
    if (server === undefined) return [];
    const deployer = pod.containers.find((c) => c.list === "initContainers" && isDeployer(c));
    return [{ pod, server, deployer, model: deployer && modelOptions(chart, pod, deployer) }];
  });
}

function isTriton(container: Container): boolean {
  return /(^|\/)tritonserver$/.test(parseImage(container.image ?? "").name) ||
    /(^|[\s/])tritonserver(\s|$)/.test(wordsOf(container));
}

/** Prepares a model. */
export function isDeployer(container: Container): boolean {
  return /(^|[\s/])deployer\.sh\b/.test(wordsOf(container));
}

/** Load-tests a model. */
export function isTester(container: Container): boolean {
  return /(^|[\s/])tester\.sh\b/.test(wordsOf(container));
}

/** The command line, however a shell is wrapped around it. */
export function wordsOf({ command = [], args = [] }: Container): string {
  return [...command, ...args].join(" ");
}

/** The value of a flag, `--name=value` or `--name value`; given twice, the last one counts. */
export function flagOf(container: Container, name: string): string | undefined {
  const pattern = new RegExp(`(?:^|\\s)${name}[= ]("?)(\\S+?)\\1(?=\\s|$)`, "g");
  return [...wordsOf(container).matchAll(pattern)].at(-1)?.[2];
}

/** Of the file that `--config-path` names, when it comes from a ConfigMap of the chart. */
export function modelOptions(
  chart: ChartView,
  { spec }: Pod,
  container: Container,
): ModelOptions | undefined {
  const file = flagOf(container, "--config-path");
  const mount = container.volumeMounts?.find((m) => file?.startsWith(`${m.mountPath}/`));
  const volume = spec.volumes?.find((v) => v.name === mount?.name);
  const object = named(chart, "ConfigMap", volume?.configMap?.name);
  const key = file?.slice(`${mount?.mountPath}/`.length);
  const text = key === undefined ? undefined : object?.data?.[key];
  if (object === undefined || key === undefined || text === undefined) return undefined;
  return { object, path: `data["${key}"]`, ...readOptions(key, text) };
}

/** As the container itself reads it, and finds out what it cannot do. */
function readOptions(file: string, text: string): Pick<ModelOptions, "config" | "problems"> {
  const { settings, where, problems } = loadSettings({
    options: configOptions,
    sources: [fromYaml(configOptions, file, text)],
    required: ["model_name"],
  });
  // Only the deployer is told the model's format.
  const path = settings.model_format === undefined ? undefined : "";
  const all = [...problems, ...variantProblems(settings, { path, where })];
  return { config: all.length === 0 ? settings as Config : undefined, problems: all };
}

export interface Formats {
  readonly source: Format | undefined;
  readonly target: Format | undefined;
}

export function formatsOf(config: Config): Formats {
  const source = config.model_format ?? formatFromPath(config.model_path ?? "");
  return { source, target: config.target_formats?.[0] ?? source };
}

const PLAN_FORMATS: readonly (Format | undefined)[] = ["trt", "torch-trt", "tf-trt"];

/** The model comes with plans in it, that were built on some device. */
export function bringsPlan(config: Config): boolean {
  return PLAN_FORMATS.includes(formatsOf(config).source);
}

/** The deployer builds plans, on the pod's own device. */
export function buildsPlan(config: Config): boolean {
  return !bringsPlan(config) && PLAN_FORMATS.includes(formatsOf(config).target);
}

/** NVIDIA's monthly release of an image, as a number that can be compared: 22.07 → 2207. */
export function release(image: string | undefined): number | undefined {
  const match = /^(\d\d)\.(\d\d)(?!\d)/.exec(parseImage(image ?? "").tag ?? "");
  return match ? Number(match[1]) * 100 + Number(match[2]) : undefined;
}

export function printRelease(number: number): string {
  return (number / 100).toFixed(2);
}
