/** What perf_analyzer measures at one point of load. */

/** Throughput in inferences per second, everything else in microseconds. */
export interface Figures {
  readonly throughput: number;
  readonly avg: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly clientSend: number;
  readonly clientReceive: number;
  /** Network and server, send and receive. */
  readonly network: number;
  readonly queue: number;
  readonly computeInput: number;
  readonly computeInfer: number;
  readonly computeOutput: number;
}
