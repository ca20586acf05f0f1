/** install: the inference chart → a release, with what the user left out filled in. */

import { join } from "node:path";
import { planGpu } from "../cluster/gpu.ts";
import { helmUpgradeInstall } from "../cluster/helm.ts";
import { type InstallValues, installValues, mergeProblem } from "../cluster/install_values.ts";
import { kubectlCreate, kubectlDeleteNamed } from "../cluster/kubectl.ts";
import { modelUriSecret } from "../cluster/model_uri_secret.ts";
import { type Target, targetOf } from "../cluster/target.ts";
import { parseDuration } from "../config/duration.ts";
import { ToolError, UserError } from "../errors.ts";
import { isPushStale, readRecord } from "../image/image_record.ts";
import { inferenceChart } from "../plan/names.ts";
import { redactUri } from "../text/clean.ts";
import { quoteCommand } from "../text/quote.ts";
import type { World } from "../world.ts";
import { findRelease } from "./find_chart.ts";
import { withInterruptNote } from "./interrupt.ts";
import type { installVerbOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";
import { waitUntilServing } from "./watch_release.ts";

export async function install(
  { settings, words, rest }: Invocation<typeof installVerbOptions>,
  world: World,
): Promise<void> {
  const { tree, release } = await findRelease(words, world);
  const chart = join(tree.path, inferenceChart(tree.marker.name));
  const target = targetOf(settings, world.env);
  const problems = mergeProblem(rest);
  if (problems.length > 0) throw new UserError(problems);

  const record = await readRecord(tree.path, world.files);
  if (settings.image === undefined && isPushStale(record)) {
    world.streams.err(`warning: ${record.built?.tag} has been built and not been pushed since`);
  }
  const image = settings.image ?? record.pushed?.image;
  const secret = modelUriSecret(release, settings.model_uri);
  const values = installValues({
    image,
    modelUri: secret ? undefined : settings.model_uri,
    modelUriSecret: secret?.reference,
    modelSha256: settings.model_sha256,
    replicas: settings.replicas,
    pullSecret: settings.pull_secret,
    secrets: {
      aws: settings.aws_secret,
      azure: settings.azure_secret,
      gcs: settings.gcs_secret,
    },
    gpu: planGpu(settings).values,
  });
  if (settings.dry_run) return printPlan(target, { release, chart, rest }, values, world);

  const note = `release ${release} may be there already, and starting: look with ` +
    `\`helm navigator status ${release}\`, remove it with \`helm navigator uninstall ${release}\``;
  await withInterruptNote(note, async () => {
    let created = false;
    if (secret) {
      world.streams.err(
        `the model URI ${redactUri(settings.model_uri!)} goes into a secret; ` +
          "once its signature has expired, pods that start later cannot download the model",
      );
      created = await createSecret(target, secret.manifest, world);
    }
    try {
      await world.exec(helmUpgradeInstall(target, { release, chart, values, rest }));
    } catch (error) {
      if (secret && created && error instanceof ToolError) {
        await forgetSecret(target, secret.reference.name, world);
      }
      throw error;
    }
    if (settings.wait) {
      const { timeout } = settings;
      const seconds = timeout === undefined ? undefined : parseDuration(timeout);
      await waitUntilServing(target, release, seconds, world);
    }
  });
  world.streams.out(release);
}

/** False when it was there already: its name tells its content. */
async function createSecret(target: Target, manifest: unknown, world: World): Promise<boolean> {
  try {
    await world.exec(kubectlCreate(target, manifest));
    return true;
  } catch (error) {
    if (error instanceof ToolError && /AlreadyExists/.test(error.details.output ?? "")) {
      return false;
    }
    throw error;
  }
}

/** A secret that no release refers to would stay for ever; why helm refused matters more. */
async function forgetSecret(target: Target, name: string, world: World): Promise<void> {
  try {
    await world.exec(kubectlDeleteNamed(target, "secret", name));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    world.streams.err(`secret ${name} is still there: kubectl delete secret ${name}`);
  }
}

function printPlan(
  target: Target,
  request: { release: string; chart: string; rest: readonly string[] },
  values: InstallValues,
  world: World,
): void {
  const command = helmUpgradeInstall(target, { ...request, values });
  const shown = JSON.stringify(
    values,
    (key, value) => key === "modelUri" && typeof value === "string" ? redactUri(value) : value,
    2,
  );
  world.streams.out(`${quoteCommand(command.program, command.args)} <<'EOF'\n${shown}\nEOF`);
}
