/**
 * Writes what is derived from the one definition of things: `deno task generate`.
 * With --check it writes nothing and fails when something is stale.
 */

import manifest from "../deno.json" with { type: "json" };
import {
  choicesOf,
  defaultText,
  isVariadic,
  type Option,
  type Reader,
} from "../src/config/option.ts";
import { valueSchema } from "../src/config/json_schema.ts";
import { configOptions, keysOf } from "../src/config/schema.ts";
import { VERBS } from "../src/commands/mod.ts";
import { valuesSchema } from "../src/chart/values_schema.ts";
import { camelCase, kebabCase } from "../src/text/case.ts";

const root = new URL("../", import.meta.url);

type Derive = (before: string) => string;

const FILES: Record<string, Derive> = {
  "plugin.yaml": (text) => text.replace(/^version: .*$/m, `version: ${manifest.version}`),
  "completion.yaml": (text) => between(text, verbList(), "#"),
  "templates/inference/templates/configmap.yaml": (text) =>
    between(text, configKeys("deployer"), "}}"),
  "templates/tester/templates/configmap.yaml": (text) => between(text, configKeys("tester"), "}}"),
  "templates/inference/values.schema.json": () => schemaFile("deployer"),
  "templates/tester/values.schema.json": () => schemaFile("tester"),
  "README.md": (text) => between(text, optionTable(), "-->"),
};

/** Replaces what stands between the lines that hold BEGIN GENERATED and END GENERATED. */
function between(text: string, content: string, close: string): string {
  const pattern = /(^.*BEGIN GENERATED.*\n)[\s\S]*?(^.*END GENERATED.*$)/m;
  if (!pattern.test(text)) throw new Error(`no generated part (closed by ${close})`);
  return text.replace(pattern, (_, begin: string, end: string) => `${begin}${content}\n${end}`);
}

function verbList(): string {
  return VERBS.map(({ name }) => `  - name: ${name}`).join("\n");
}

function configKeys(reader: Reader): string {
  return keysOf(reader)
    .map((key) => `{{- $_ := set $config ${JSON.stringify(key)} $options.${camelCase(key)} }}`)
    .join("\n");
}

function schemaFile(reader: Reader): string {
  const options = keysOf(reader).map((key) =>
    [camelCase(key), valueSchema(configOptions[key] as Option)] as const
  );
  return `${JSON.stringify(valuesSchema(reader, Object.fromEntries(options)), null, 2)}\n`;
}

function optionTable(): string {
  let group = "";
  const rows = Object.entries(configOptions as Record<string, Option>).flatMap(([key, option]) => {
    const heading = option.group === group ? [] : [`| **${option.group}** | | |`];
    group = option.group;
    const value = option.placeholder
      ? ` ${option.placeholder}${isVariadic(option.syntax) ? " …" : ""}`
      : "";
    const fallback = defaultText(option);
    const choices = choicesOf(option)?.map((choice) => `\`${choice}\``).join(", ");
    const text = `${option.description}${choices ? ` One of ${choices}.` : ""}`;
    const shown = fallback === undefined || fallback === "false" ? "" : `\`${fallback}\``;
    return [...heading, `| \`--${kebabCase(key)}${value}\` | ${text} | ${shown} |`];
  });
  return ["", "| flag | what it says | default |", "|---|---|---|", ...rows, ""].join("\n");
}

async function main(check: boolean): Promise<number> {
  const stale: string[] = [];
  for (const [path, derive] of Object.entries(FILES)) {
    const url = new URL(path, root);
    const before = await Deno.readTextFile(url).catch(() => "");
    const after = derive(before);
    if (after === before) continue;
    stale.push(path);
    if (!check) await Deno.writeTextFile(url, after);
  }
  // deno-lint-ignore no-console
  const say = console.error;
  if (check && stale.length > 0) say(`stale, run \`deno task generate\`: ${stale.join(", ")}`);
  else if (stale.length > 0) say(`wrote ${stale.join(", ")}`);
  return check && stale.length > 0 ? 1 : 0;
}

Deno.exit(await main(Deno.args.includes("--check")));
