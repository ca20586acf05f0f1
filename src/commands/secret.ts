/** secret: a user's credentials → a Secret with the keys that the charts read. */

import * as v from "valibot";
import {
  CREDENTIALS,
  type CredentialsKind,
  credentialsSecret,
} from "../cluster/credentials_secret.ts";
import { kubectlApply, kubectlVersionOf } from "../cluster/kubectl.ts";
import { targetOf } from "../cluster/target.ts";
import { secretName } from "../config/cluster_options.ts";
import type { Settings } from "../config/option.ts";
import { type Problem, UserError } from "../errors.ts";
import { quoteCommand } from "../text/quote.ts";
import { didYouMean } from "../text/suggest.ts";
import type { World } from "../world.ts";
import { awsFromEnvironment, awsFromText } from "./credentials/aws.ts";
import { azureFromEnvironment, azureFromText } from "./credentials/azure.ts";
import { gcsFromEnvironment, gcsFromText } from "./credentials/gcs.ts";
import { type Credentials, type GivenText, readGiven } from "./credentials/given.ts";
import { registryFromText } from "./credentials/registry.ts";
import type { secretOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

type Flags = Settings<typeof secretOptions>;

export async function secret(
  { settings, words }: Invocation<typeof secretOptions>,
  world: World,
): Promise<void> {
  const { kind, name } = asked(words, settings);
  const { data, warning } = await credentials(kind, settings, world);
  const target = targetOf(settings, world.env);
  const manifest = credentialsSecret(kind, name, data);
  const command = kubectlApply(target, manifest);
  if (settings.dry_run) {
    const hidden = Object.fromEntries(Object.keys(manifest.data).map((key) => [key, "***"]));
    const shown = JSON.stringify({ ...manifest, data: hidden }, null, 2);
    const line = quoteCommand(command.program, command.args);
    return world.streams.out(`${line} <<'EOF'\n${shown}\nEOF`);
  }
  const before = await world.exec(kubectlVersionOf(target, "secret", name));
  const after = await world.exec(command);
  if (warning !== undefined) world.streams.err(`warning: ${warning}`);
  world.streams.err(`secret ${name} ${change(before.stdout, after.stdout)}`);
  world.streams.err(`use it: helm navigator install ${CREDENTIALS[kind].flag} ${name}`);
  world.streams.out(name);
}

function change(before: string, after: string): string {
  if (before === "") return "is made";
  return before === after
    ? "holds these credentials already"
    : "holds these credentials now: pods that start from now on use them";
}

/** @throws UserError with all that is wrong with the words and the flags */
function asked(words: readonly string[], flags: Flags): { kind: CredentialsKind; name: string } {
  const problems: Problem[] = [];
  const kinds = Object.keys(CREDENTIALS);
  const [kind, name] = words;
  if (kind === undefined || !kinds.includes(kind)) {
    const what = kind === undefined
      ? "say what the secret is for, and its name"
      : `\`${kind}\` is nothing that a secret is for`;
    const hint = didYouMean(kind ?? "", kinds) ?? `one of ${kinds.join(", ")}`;
    problems.push({ what, hint });
  } else if (kind !== "registry") {
    for (const flag of ["registry", "username"] as const) {
      if (flags[flag] === undefined) continue;
      problems.push({ where: `--${flag}`, what: "is only for `secret registry`" });
    }
  }
  if (name === undefined) {
    if (kind !== undefined) problems.push({ what: "the secret needs a name" });
  } else {
    const { issues = [] } = v.safeParse(secretName(), name);
    const said = issues.map(({ message }) => ({ what: `\`${name}\` ${message}` }));
    problems.push(...said);
  }
  if (problems.length > 0) throw new UserError(problems);
  return { kind: kind as CredentialsKind, name: name! };
}

async function credentials(
  kind: CredentialsKind,
  flags: Flags,
  world: World,
): Promise<Credentials> {
  const file = flags.from_file;
  const given = file === undefined ? undefined : await readGiven(file, "--from-file", world);
  switch (kind) {
    case "aws":
      if (given === undefined) return awsFromEnvironment(world.env);
      return awsFromText(given, world.env("AWS_PROFILE") || undefined);
    case "azure":
      return given === undefined ? azureFromEnvironment(world.env) : azureFromText(given);
    case "gcs":
      return given === undefined ? await gcsFromEnvironment(world) : gcsFromText(given);
    case "registry":
      return registryFromText(passwordIn(given), flags);
  }
}

function passwordIn(given: GivenText | undefined): GivenText {
  if (given !== undefined) return given;
  throw new UserError({
    where: "--from-file",
    what: "is missing: no variable holds the password of a registry",
    hint: "give --registry HOST --username NAME --from-file - and pipe the password in, or " +
      "--from-file ~/.docker/config.json",
  });
}
