/** A configuration that was measured, and what was measured of it. */

import type { Metric } from "../config/ranking_options.ts";
import type { MeasuredModel } from "../triton/measured_options.ts";

export interface Measurement {
  /** `results.csv:12` */
  readonly where: string;
  readonly metrics: Readonly<Partial<Record<Metric, number>>>;
  readonly batch: string;
  /** Requests in flight, or the rate of requests. */
  readonly load: string;
  /** False: the windows differed so much that the figures are a hint only. */
  readonly stable: boolean;
  /** What Model Analyzer says of its own constraints. */
  readonly satisfies: boolean;
}

export interface Candidate {
  /** Readable, and the same whenever the same configuration is measured. */
  readonly name: string;
  readonly measurements: Measurement[];
  readonly origin: TableOrigin | ReportOrigin;
}

/** Model Analyzer's table names a configuration, whose folder in the repository says the rest. */
export interface TableOrigin {
  readonly config: string;
  /** As the table says it; undefined where it does not. */
  readonly maxBatchSize: number | undefined;
  readonly instances: { readonly gpu?: number; readonly cpu?: number } | undefined;
}

export interface ReportOrigin {
  readonly model: MeasuredModel;
  /** Of format and conversion, where the report tells: `trt-op13-fp16`. */
  readonly variant: string | undefined;
}
