/** What a check of a machine or a cluster has found. */

export interface Diagnosis {
  readonly part: "machine" | "cluster" | "gpus";
  readonly state: "ok" | "warning" | "error";
  readonly what: string;
  readonly hint?: string;
}
