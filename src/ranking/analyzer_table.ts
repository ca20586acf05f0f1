/** Model Analyzer's tables of inference and GPU metrics → what was measured of each configuration. */

import type { Metric } from "../config/ranking_options.ts";
import type { Problem } from "../errors.ts";
import type { Candidate, Measurement, TableOrigin } from "./candidate.ts";
import { metricFacts } from "./metric.ts";
import { keyOf, readGpus, readMetrics, type TableRequest } from "./row_metrics.ts";
import {
  CONFIG,
  GPU,
  readTable,
  type Row,
  rowsOf,
  type Table,
  type TableFile,
} from "./table_file.ts";

export interface TableResults {
  readonly candidates: readonly Candidate[];
  readonly problems: readonly Problem[];
  /** `other (12 rows)` */
  readonly otherModels: readonly string[];
}

export function readTables(files: readonly TableFile[], request: TableRequest): TableResults {
  const problems: Problem[] = [];
  const tables = files.flatMap((file) => {
    const table = readTable(file);
    if ("header" in table) return [table];
    problems.push(table);
    return [];
  });
  const [gpu, inference] = [true, false].map((isGpu) =>
    tables.filter(({ header }) => header.includes(GPU) === isGpu)
  ) as [Table[], Table[]];
  if (problems.length === 0) problems.push(...missingMetrics({ gpu, inference }, request.asked));
  if (problems.length > 0) return { candidates: [], problems, otherModels: [] };
  const onGpus = readGpus(gpu, request, problems);
  const candidates = new Map<string, Candidate>();
  const others = new Map<string, number>();
  for (const table of inference) {
    for (const row of rowsOf(table, problems)) {
      const model = row.cell("Model") ?? request.model;
      if (model !== request.model) {
        others.set(model, (others.get(model) ?? 0) + 1);
        continue;
      }
      const config = configOf(row, problems);
      if (config === undefined) continue;
      const known = candidates.get(config) ??
        { name: nameOf(config, request.model), measurements: [], origin: originOf(config, row) };
      candidates.set(config, known);
      const metrics = { ...readMetrics(row, request.asked, problems), ...onGpus.get(keyOf(row)) };
      known.measurements.push(measurement(row, metrics));
    }
  }
  return {
    candidates: [...candidates.values()],
    problems,
    otherModels: [...others].map(([name, count]) => `${name} (${count} rows)`),
  };
}

function missingMetrics(
  { gpu, inference }: { readonly gpu: readonly Table[]; readonly inference: readonly Table[] },
  asked: readonly Metric[],
): Problem[] {
  if (inference.length === 0) {
    return gpu.map(({ file }) => ({
      where: file,
      what: "is the table of GPU metrics, which goes with that of the inference metrics",
      hint: "give metrics-model-inference.csv too",
    }));
  }
  return asked.flatMap((metric) => {
    const { header, across } = metricFacts(metric);
    const lacking = [...inference, ...gpu].some((table) => table.header.includes(header))
      ? across ? [] : inference.filter((table) => !table.header.includes(header))
      : inference;
    return lacking.map((table) => ({
      where: `${table.file}:1`,
      what: `has no column \`${header}\`, and ${metric} is asked for`,
      hint: across && gpu.length === 0
        ? "give metrics-model-gpu.csv too"
        : `name ${metric} in ${across ? "gpu" : "inference"}_output_fields of Model Analyzer`,
    }));
  });
}

/** Undefined when it is no single model's, or no name. */
function configOf(row: Row, problems: Problem[]): string | undefined {
  const config = row.cell(CONFIG);
  // Folders are looked for by it.
  if (config !== undefined && /^[\w-][\w .-]*$/.test(config)) return config;
  problems.push({
    where: row.where,
    what: config === undefined
      ? `has no \`${CONFIG}\``
      : /[,:]/.test(config)
      ? `\`${config}\` are several models that were measured together, and a chart serves one`
      : `\`${config}\` is no name of a model configuration`,
    hint: "leave the row out",
  });
  return undefined;
}

/** `resnet50_config_4` → `config_4`: the chart's own name stands in front. */
function nameOf(config: string, model: string): string {
  return config.startsWith(`${model}_`) ? config.slice(model.length + 1) : config;
}

function originOf(config: string, row: Row): TableOrigin {
  const largest = row.cell("Max Batch Size");
  const counts = [...(row.cell("Instance Group") ?? "").matchAll(/(\d+)[:/](GPU|CPU)/g)];
  return {
    config,
    maxBatchSize: /^\d+$/.test(largest ?? "") ? Number(largest) : undefined,
    instances: counts.length === 0
      ? undefined
      : Object.fromEntries(counts.map(([, count, kind]) => [kind!.toLowerCase(), Number(count)])),
  };
}

function measurement(row: Row, metrics: Measurement["metrics"]): Measurement {
  return {
    where: row.where,
    metrics,
    batch: row.cell("Batch") ?? "",
    load: row.cell("Concurrency") ?? row.cell("Request Rate") ?? "",
    stable: true,
    satisfies: row.cell("Satisfies Constraints") !== "No",
  };
}
