/** Are the tools here that the other verbs call? */

import { diagnoseHelm } from "../cluster/diagnose_helm.ts";
import { type Diagnosis, hintOf, problemOf } from "../cluster/diagnosis.ts";
import { helmVersion } from "../cluster/helm.ts";
import { kubectlVersion } from "../cluster/kubectl.ts";
import type { Target } from "../cluster/target.ts";
import { ToolError } from "../errors.ts";
import type { ToolCommand, World } from "../world.ts";
import { firstBuilder } from "./choose_builder.ts";

export async function diagnoseMachine(target: Target, world: World): Promise<readonly Diagnosis[]> {
  const part = "machine";
  const [helm, kubectl, builder] = await Promise.all([
    said(helmVersion(target), world),
    said(kubectlVersion(), world),
    diagnoseBuilder(world),
  ]);
  const version = /"gitVersion": *"v?([^"]+)"/.exec(kubectl.text)?.[1];
  return [
    helm.error ? { part, state: "error", ...helm.error } : diagnoseHelm(helm.text),
    kubectl.error
      ? { part, state: "error", ...kubectl.error }
      : { part, state: "ok", what: `kubectl ${version ?? "is there"}` },
    builder,
  ];
}

/** Only `build` and `push` need one. */
async function diagnoseBuilder(world: World): Promise<Diagnosis> {
  const part = "machine";
  try {
    return { part, state: "ok", what: `${await firstBuilder(world)} builds and pushes images` };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const { message, details: { output, hint } } = error;
    const what = `${message}: ${output?.replaceAll("\n", ", ")}`;
    return { part, state: "warning", what, ...hintOf(hint) };
  }
}

interface Said {
  readonly text: string;
  readonly error?: Pick<Diagnosis, "what" | "hint">;
}

async function said(command: ToolCommand, world: World): Promise<Said> {
  try {
    return { text: (await world.exec(command)).stdout };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { text: "", error: problemOf(error) };
  }
}
