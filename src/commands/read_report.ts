/** report.json of `test` → what was measured of the one configuration that it is about. */

import * as v from "valibot";
import { METRIC_TAGS } from "../config/ranking_options.ts";
import type { Problem } from "../errors.ts";
import type { Candidate, Measurement, ReportOrigin } from "../ranking/candidate.ts";
import { metricOfReport } from "../ranking/metric.ts";
import { type Report, REPORT_SCHEMA, reportSchema } from "../tester/report.ts";
import { fieldsFromJson } from "../triton/fields.ts";
import { measuredModel, NotServable } from "../triton/measured_options.ts";

export function readReport(
  text: string,
  { file, model }: { readonly file: string; readonly model: string },
): Candidate | Pick<Problem, "what" | "hint"> {
  const known = "give report.json of `helm navigator test`, or a table of Model Analyzer's";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { what: `is no JSON: ${(error as Error).message.slice(0, 200)}`, hint: known };
  }
  const parsed = v.safeParse(reportSchema, json);
  if (!parsed.success) {
    if (Number((json as { schema?: unknown } | null)?.schema) > REPORT_SCHEMA) {
      return { what: "was written by a newer helm-navigator than this one" };
    }
    const path = v.getDotPath(parsed.issues[0]);
    return {
      what: `is no report of a load test${path === null ? "" : `: \`${path}\` is wrong`}`,
      hint: known,
    };
  }
  const report = parsed.output;
  const { configuration } = report.served;
  if (configuration === undefined) {
    return {
      what: "does not say the model's configuration, as older testers did not",
      hint: "`build` and `push` the image anew, `install` it and `test` again",
    };
  }
  if (report.model !== model) {
    return {
      what: `is of the model \`${report.model}\`, not of \`${model}\``,
      hint: "give the model the name that it had in the measurements",
    };
  }
  if (report.measurements.length === 0) return { what: "holds no measurement that went well" };
  try {
    const origin: ReportOrigin = {
      model: measuredModel(fieldsFromJson(configuration), { onCpu: true }),
      variant: report.variant,
    };
    return { name: reportName(origin), measurements: measurementsOf(report, file), origin };
  } catch (error) {
    if (!(error instanceof NotServable)) throw error;
    return { what: `is of a model that no chart serves: ${error.message}` };
  }
}

function measurementsOf(report: Report, file: string): Measurement[] {
  return report.measurements.map((figures) => ({
    where: file,
    metrics: Object.fromEntries(
      METRIC_TAGS.flatMap((tag) => {
        const value = metricOfReport(tag, figures);
        return value === undefined ? [] : [[tag, value]];
      }),
    ),
    batch: String(figures.batch),
    load: String(figures.concurrency),
    stable: figures.stable,
    satisfies: true,
  }));
}

/** `onnx-dynamic-b16-d100-p4-8-gpu2-trt-fp16` */
function reportName({ model: { options }, variant }: ReportOrigin): string {
  const { engine_count_per_device: counts = {}, preferred_batch_sizes: preferred } = options;
  const { max_queue_delay_us: delay, backend_accelerator: accelerator } = options;
  return [
    variant,
    options.batching === "disabled" ? "unbatched" : options.batching,
    options.max_batch_size === undefined ? undefined : `b${options.max_batch_size}`,
    delay === undefined ? undefined : `d${delay}`,
    preferred === undefined ? undefined : `p${preferred.join("-")}`,
    ...Object.entries(counts).map(([kind, count]) => `${kind}${count}`),
    accelerator === undefined ? undefined : accelerator,
    options.tensorrt_precision,
    options.tensorrt_capture_cuda_graph ? "graphs" : undefined,
  ].filter((part) => part !== undefined).join("-");
}
