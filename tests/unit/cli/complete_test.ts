import * as v from "valibot";
import { complete, printCompletion } from "../../../src/cli/complete.ts";
import { run } from "../../../src/cli/run.ts";
import { VERBS } from "../../../src/commands/mod.ts";
import { kebabCase } from "../../../src/text/case.ts";
import { equal, ok } from "../../support/assert.ts";
import { fakeWorld } from "../../support/fake_world.ts";

/** Of a line up to the cursor: the candidates, and what the shell offers besides. */
function offered(line: string): [string, string] {
  const { candidates, also } = complete(line.split(" "));
  return [candidates.map(({ text }) => text).join(" "), also];
}

Deno.test("what may stand where the cursor is", () => {
  const rows: [line: string, candidates: string, also: string][] = [
    ["", VERBS.map(({ name }) => name).join(" "), "nothing"],
    ["cr", "create", "nothing"],
    ["nothing-begins-so", "", "nothing"],
    ["help unin", "uninstall", "nothing"],
    ["help create ", "", "nothing"],
    ["--namespace x -v cr", "create", "nothing"],
    ["--name", "--namespace", "nothing"],
    ["--namespace ", "", "nothing"],
    ["--kubeconfig ", "", "files"],
    ["creat ", "", "nothing"],
    // Flags: of this verb, and not those that are there already, but for lists.
    ["status --o", "--output", "nothing"],
    ["status --output json --o", "", "nothing"],
    [
      "status -",
      "--rank --output --namespace --kube-context --kubeconfig --verbose --help",
      "nothing",
    ],
    ["create --target-formats onnx --target-f", "--target-formats", "nothing"],
    ["helm-chart-create --model-pa", "--model-path", "nothing"],
    ["create --no-l", "--no-lint", "nothing"],
    // Those of the other part in the cluster are not for this one.
    ["deploy --concu", "", "nothing"],
    ["evaluate --concu", "--concurrency", "nothing"],
    // Values.
    ["create --batching ", "disabled static dynamic", "nothing"],
    ["create --batching dy", "dynamic", "nothing"],
    ["create --batching=dy", "dynamic", "nothing"],
    ["create --target-formats onnx trt t", "torchscript tf-savedmodel tf-trt torch-trt", "nothing"],
    ["install --mig ", "none single mixed auto", "nothing"],
    ["create --max-batch-size ", "", "nothing"],
    ["create --model-path ", "", "files"],
    ["create --model-path=m", "", "files"],
    ["create --workspace-path ", "", "directories"],
    ["create --no-such-flag ", "", "nothing"],
    // Words after the verb; where no more may come, flags.
    ["install ", "", "directories"],
    ["install release ", "", "directories"],
    ["install --wait ", "", "directories"],
    ["completion ", "bash zsh", "nothing"],
    ["completion b", "bash", "nothing"],
    ["secret ", "aws azure gcs registry", "nothing"],
    ["secret aws ", "", "nothing"],
    ["secret aws models --from-file ", "", "files"],
    ["version ", "--output --verbose --help", "nothing"],
    ["completion bash ", "--verbose --help", "nothing"],
    // What another tool reads.
    ["build -- ", "", "files"],
    ["build -- --n", "", "files"],
    ["status -- ", "", "nothing"],
  ];
  for (const [line, ...expected] of rows) equal(offered(line), expected, line);
});

Deno.test("every option that is a path completes to one", () => {
  const seen = new Set<string>();
  for (const verb of VERBS) {
    for (const [key, option] of Object.entries(verb.options)) {
      const { issues = [] } = v.safeParse(option.schema, 0);
      if (issues[0]?.message !== "must be a path") continue;
      seen.add(key);
      ok(complete([verb.name, `--${kebabCase(key)}`, ""]).also !== "nothing", key);
    }
  }
  ok(seen.has("model_path") && seen.has("work_dir"));
});

Deno.test("it is printed as Helm and the shells read it", async () => {
  const asked = async (words: string[], env: Record<string, string> = {}) => {
    const world = fakeWorld({ env });
    equal([await run(["__complete", ...words], world), world.stderr], [0, []]);
    return world.stdout;
  };
  equal(await asked(["vers"]), [
    "version\tPrint the versions of this program and of its parts\n:4",
  ]);
  equal(await asked(["install", ""]), [":16"]);
  equal(await asked(["create", "--config-path", ""]), [":0"]);
  equal(await asked([]), [printCompletion(complete([""]))]);
  equal(await asked(["install", "--namesp"]), ["--namespace\tNamespace of the release\n:4"]);
  equal(await asked(["install", "--namesp"], { HELM_PLUGIN_NAME: "navigator" }), [":4"]);
});
