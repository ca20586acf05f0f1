/** argv → verb → deed → exit code. */

import { findVerb, VERBS } from "../commands/mod.ts";
import type { Verb } from "../commands/verb.ts";
import { targetOptions } from "../config/cluster_options.ts";
import { loadSettings } from "../config/load.ts";
import type { Options, Settings } from "../config/option.ts";
import { commonOptions } from "../config/verb_options.ts";
import { fromEnvironment, fromFlags, type Given } from "../config/sources.ts";
import { EXIT, type Problem, UserError } from "../errors.ts";
import { quoteCommand } from "../text/quote.ts";
import { didYouMean } from "../text/suggest.ts";
import { VERSION } from "../version.ts";
import type { World } from "../world.ts";
import { flagLength, parseArgv, takeFlags } from "./argv.ts";
import { programHelp, verbHelp } from "./help.ts";
import { reportError } from "./report.ts";

export async function run(argv: readonly string[], world: World): Promise<number> {
  try {
    await dispatch(argv, world);
    return EXIT.done;
  } catch (error) {
    return reportError(error, world.streams, VERSION);
  }
}

async function dispatch(argv: readonly string[], world: World): Promise<void> {
  const program = world.env("HELM_PLUGIN_NAME") === "navigator"
    ? "helm navigator"
    : "helm-navigator";
  const [first, ...others] = verbFirst(argv);
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const topic = first === "help" && others[0] !== undefined ? verbNamed(others[0]) : undefined;
    return world.streams.out(topic ? verbHelp(program, topic) : programHelp(program, VERBS));
  }
  if (first === "--version") return dispatch(["version", ...others], world);
  const verb = verbNamed(first);
  const end = others.includes("--") ? others.indexOf("--") : others.length;
  // Helm's global flags are ours too, wherever they stand: helm and kubectl must mean one cluster.
  const ownRest = "namespace" in verb.options ? targetOptions : {};
  const { taken, left: rest } = takeFlags(ownRest, others.slice(end + 1));
  const hint = verb.passesOn && `what is meant for ${verb.passesOn} stands after \`--\``;
  const parsed = parseArgv(verb.options, [...others.slice(0, end), ...taken], hint);
  if (parsed.help) return world.streams.out(verbHelp(program, verb));
  const problems: Problem[] = [...parsed.problems];
  if (parsed.words.length > verb.words.length) {
    const extra = parsed.words.slice(verb.words.length).map((w) => `\`${w}\``).join(", ");
    problems.push({ what: `\`${verb.name}\` does not know what to do with ${extra}` });
  }
  if (rest.length > 0 && !verb.passesOn) {
    problems.push({ where: "--", what: `\`${verb.name}\` passes nothing on to another tool` });
  }
  const flags = fromFlags(verb.options, parsed.flags);
  const sources = [await fileSource(verb, flags, world), environment(verb, world), flags];
  const { options, required = [] } = verb;
  const loaded = loadSettings({ options, sources, required });
  const { settings, where } = loaded;
  problems.push(...loaded.problems, ...(verb.check?.(settings, where) ?? []));
  problems.push(...await (await verb.examine?.())?.(settings, where, world) ?? []);
  if (problems.length > 0) throw new UserError(problems);
  const deed = await verb.load();
  const verbose = settings.verbose === true || world.env("HELM_DEBUG") === "true";
  await deed(
    // Without problems nothing is missing.
    { settings: settings as Settings<Options>, words: parsed.words, rest, where },
    verbose ? talking(world) : world,
  );
}

/** @throws UserError when there is none */
function verbNamed(name: string): Verb {
  const verb = findVerb(name);
  if (verb !== undefined) return verb;
  throw new UserError({
    what: `there is no verb \`${name}\``,
    hint: didYouMean(name, VERBS.map((v) => v.name)) ?? "`--help` lists the verbs",
  });
}

/** Helm's users write `--namespace x VERB` as well as `VERB --namespace x`. */
function verbFirst(argv: readonly string[]): readonly string[] {
  const options = { ...targetOptions, ...commonOptions };
  let at = 0;
  while (at < argv.length) {
    const length = flagLength(options, argv[at]!);
    if (length === 0) break;
    at += length;
  }
  const verb = argv[at];
  return verb === undefined ? argv : [verb, ...argv.slice(0, at), ...argv.slice(at + 1)];
}

async function fileSource(verb: Verb, flags: Given, world: World): Promise<Given> {
  const path = flags.values.get("config_path")?.value;
  if (typeof path !== "string" || !("config_path" in verb.options)) {
    return { values: new Map(), problems: [] };
  }
  const { readConfigFile } = await import("../config/yaml_source.ts");
  return readConfigFile(verb.options, path, world.files);
}

function environment(verb: Verb, world: World): Given {
  return fromEnvironment(verb.options, world.env);
}

/** A world that shows each command line before it runs. */
function talking(world: World): World {
  return {
    ...world,
    exec: (command, options) => {
      world.streams.err(`+ ${quoteCommand(command.program, command.args, command)}`);
      return world.exec(command, options);
    },
  };
}
