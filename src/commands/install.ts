/** install: the inference chart → a release, with what the user left out filled in. */

import { join } from "node:path";
import { helmUpgradeInstall } from "../cluster/helm.ts";
import { isOpen } from "../cluster/gpu_choice.ts";
import { type InstallFacts, mergeProblem } from "../cluster/install_values.ts";
import { kubectlCreate, kubectlDeleteNamed } from "../cluster/kubectl.ts";
import { type ModelUriSecret, modelUriSecret } from "../cluster/model_uri_secret.ts";
import { type Target, targetOf } from "../cluster/target.ts";
import { parseDuration } from "../config/duration.ts";
import { CheckError, type Problem, ToolError, UserError } from "../errors.ts";
import { isPushStale, readRecord } from "../image/image_record.ts";
import { inferenceChart } from "../plan/names.ts";
import { cleanText, redactUri } from "../text/clean.ts";
import { quoteCommand } from "../text/quote.ts";
import type { ToolCommand, World } from "../world.ts";
import type { ChartTree } from "./chart_tree.ts";
import { earlyHelm } from "./early_helm.ts";
import { findRelease } from "./find_chart.ts";
import { withInterruptNote } from "./interrupt.ts";
import type { installVerbOptions } from "./options.ts";
import { planInstall } from "./plan_install.ts";
import { restartFailed } from "./restart_failed.ts";
import type { Invocation } from "./verb.ts";
import { waitUntilServing } from "./watch_release.ts";

type InstallInvocation = Invocation<typeof installVerbOptions>;

export async function install(
  { settings, words, rest }: InstallInvocation,
  world: World,
): Promise<void> {
  const { tree, release } = await findRelease(words, world, settings);
  const chart = join(tree.path, inferenceChart(tree.marker.name));
  const target = targetOf(settings, world.env);
  const clashes = mergeProblem(rest);
  if (clashes.length > 0) throw new UserError(clashes);

  const secret = modelUriSecret(release, settings.model_uri);
  const request = { release, chart, rest };
  await using helm = earlyHelm(target, request, world);
  // What is left open may be asked of a person, who takes their time.
  const startsEarly = !settings.dry_run && !isOpen(settings);
  const plan = await planInstall({
    target,
    ...request,
    gpu: settings,
    facts: await factsOf(settings, { tree, secret }, world),
    modelUri: settings.model_uri,
    waits: settings.wait ?? false,
    skipsPreflight: settings.skip_preflight,
    shows: settings.dry_run,
    onRendered: () => startsEarly && helm.start(),
  }, world);
  for (const warning of plan.warnings) warn(warning, world);
  if (settings.dry_run) {
    plan.problems.forEach((problem) => warn(problem, world));
    const command = helmUpgradeInstall(target, { ...request, values: plan.values });
    return world.streams.out(`${printCommand(command)}\n${redactUris(plan.manifests ?? "")}`);
  }
  if (plan.problems.length > 0) throw new CheckError(plan.problems);

  const note = `release ${release} may be there already, and starting: look with ` +
    `\`helm navigator status ${release}\`, remove it with \`helm navigator uninstall ${release}\``;
  await withInterruptNote(note, async () => {
    if (secret) {
      world.streams.err(
        `the model URI ${redactUri(settings.model_uri!)} goes into a secret; ` +
          "once its signature has expired, pods that start later cannot download the model",
      );
    }
    await withSecret(target, secret, () => helm.install(plan.values), world);
    await restartFailed(target, { release, failed: plan.failed }, world);
    if (settings.wait) {
      const { timeout } = settings;
      const seconds = timeout === undefined ? undefined : parseDuration(timeout);
      await waitUntilServing(target, release, seconds, world);
    }
  });
  world.streams.out(release);
}

interface Known {
  readonly tree: ChartTree;
  readonly secret: ModelUriSecret | undefined;
}

/** What the user said, and what an earlier `push` has learned. */
async function factsOf(
  settings: InstallInvocation["settings"],
  { tree, secret }: Known,
  world: World,
): Promise<Omit<InstallFacts, "gpu">> {
  const record = await readRecord(tree.path, world.files);
  if (settings.image === undefined && isPushStale(record)) {
    world.streams.err(`warning: ${record.built?.tag} has been built and not been pushed since`);
  }
  return {
    image: settings.image ?? record.pushed?.image,
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
  };
}

/** A secret that no release refers to, since helm refused it, does not stay. */
async function withSecret(
  target: Target,
  secret: ModelUriSecret | undefined,
  deed: () => Promise<unknown>,
  world: World,
): Promise<void> {
  const created = secret !== undefined && await createSecret(target, secret.manifest, world);
  try {
    await deed();
  } catch (error) {
    if (created && error instanceof ToolError) {
      await forgetSecret(target, secret.reference.name, world);
    }
    throw error;
  }
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

/** Why helm refused matters more than why this fails. */
async function forgetSecret(target: Target, name: string, world: World): Promise<void> {
  try {
    await world.exec(kubectlDeleteNamed(target, "secret", name));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    world.streams.err(`secret ${name} is still there: kubectl delete secret ${name}`);
  }
}

function warn({ what, hint }: Problem, world: World): void {
  world.streams.err(cleanText(`warning: ${what}${hint ? `\nhint: ${hint}` : ""}`));
}

/** With its input, as a shell takes it. */
function printCommand({ program, args, stdin = "" }: ToolCommand): string {
  return `${quoteCommand(program, args)} <<'EOF'\n${redactUris(stdin)}\nEOF`;
}

/** A URI may stand anywhere in the values and in what is made of them. */
function redactUris(text: string): string {
  return text.replace(/[a-z][a-z0-9+.-]*:\/\/[^\s"']+/gi, redactUri);
}
