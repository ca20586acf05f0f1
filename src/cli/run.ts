/** argv → verb → deed → exit code. */

import { findVerb, VERBS } from "../commands/mod.ts";
import type { Verb } from "../commands/verb.ts";
import { targetOptions } from "../config/cluster_options.ts";
import { loadSettings } from "../config/load.ts";
import type { Options, Settings } from "../config/option.ts";
import { fromEnvironment, fromFlags, type Given } from "../config/sources.ts";
import { EXIT, type Problem, UserError } from "../errors.ts";
import { quoteCommand } from "../text/quote.ts";
import { didYouMean } from "../text/suggest.ts";
import { VERSION } from "../version.ts";
import type { World } from "../world.ts";
import { parseArgv, takeFlags, verbFirst } from "./argv.ts";
import { programHelp, verbHelp } from "./help.ts";
import { reportError } from "./report.ts";

/** What shells ask, as they ask Helm; no verb of a user's. */
const COMPLETE = "__complete";

export async function run(argv: readonly string[], world: World): Promise<number> {
  try {
    await dispatch(argv, world);
    return EXIT.done;
  } catch (error) {
    return reportError(error, world.streams, VERSION);
  }
}

async function dispatch(argv: readonly string[], world: World): Promise<void> {
  const program = isPlugin(world) ? "helm navigator" : "helm-navigator";
  const [first, ...others] = verbFirst(argv);
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const topic = first === "help" && others[0] !== undefined ? verbNamed(others[0]) : undefined;
    return world.streams.out(topic ? verbHelp(program, topic) : programHelp(program, VERBS));
  }
  if (first === COMPLETE) return printCompletions(others, world);
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
  const most = verb.words.some((word) => word.includes("…")) ? Infinity : verb.words.length;
  if (parsed.words.length > most) {
    const extra = parsed.words.slice(most).map((w) => `\`${w}\``).join(", ");
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

function isPlugin(world: World): boolean {
  return world.env("HELM_PLUGIN_NAME") === "navigator";
}

/** Helm completes its own flags itself. */
async function printCompletions(words: readonly string[], world: World): Promise<void> {
  const { complete, printCompletion } = await import("./complete.ts");
  world.streams.out(printCompletion(complete(words, isPlugin(world) ? targetOptions : {})));
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
      const say = () =>
        world.streams.err(`+ ${quoteCommand(command.program, command.args, command)}`);
      // One that is started early may come to nothing.
      if (options?.more) options.more.then(say, () => {});
      else say();
      return world.exec(command, options);
    },
  };
}
