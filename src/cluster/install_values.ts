/** What `install` says to the chart: only what the user or an earlier verb said. */

import type { Problem } from "../errors.ts";
import type { GpuValues } from "./gpu.ts";

export interface InstallFacts {
  readonly image: string | undefined;
  readonly modelUri: string | undefined;
  readonly modelUriSecret: { readonly name: string; readonly key: string } | undefined;
  readonly modelSha256: string | undefined;
  readonly replicas: number | undefined;
  readonly pullSecret: string | undefined;
  /** Of storage that is not public. */
  readonly secrets: Readonly<Record<"aws" | "azure" | "gcs", string | undefined>>;
  readonly gpu: GpuValues;
}

export interface InstallValues {
  readonly deployer?: Readonly<Record<string, unknown>>;
  readonly replicaCount?: number;
  readonly imagePullSecret?: string;
  readonly gpu?: GpuValues;
  readonly rollout?: { readonly surge: boolean };
}

export function installValues(facts: InstallFacts): InstallValues {
  const deployer = {
    ...some("image", facts.image),
    ...some("modelUri", facts.modelUri),
    // Exactly one of the two holds: an upgrade keeps what an earlier install said.
    ...(facts.modelUri === undefined ? {} : { modelUriSecret: null }),
    ...some("modelUriSecret", facts.modelUriSecret),
    // The digest that an earlier install gave is that of another object.
    ...(facts.modelUri ?? facts.modelUriSecret ? { modelSha256: facts.modelSha256 ?? null } : {}),
    ...some("modelSha256", facts.modelSha256),
    ...some("awsCredentialsFile", facts.secrets.aws),
    ...some("azureCredentialsFile", facts.secrets.azure),
    ...some("gcsCredentialsFile", facts.secrets.gcs),
  };
  return {
    ...(Object.keys(deployer).length > 0 ? { deployer } : {}),
    ...some("replicaCount", facts.replicas),
    ...some("imagePullSecret", facts.pullSecret),
    ...(Object.keys(facts.gpu).length > 0 ? { gpu: facts.gpu } : {}),
  };
}

function some<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

/** Flags of Helm that would fight with ours. */
export function mergeProblem(rest: readonly string[]): Problem[] {
  const clash = rest.find((word) => /^--(reuse-values|reset-values)(=|$)/.test(word));
  return clash === undefined ? [] : [{
    where: clash,
    what: "cannot be combined with the --reset-then-reuse-values that `install` uses",
    hint: "leave it out; uninstall first to forget what an earlier install said",
  }];
}
