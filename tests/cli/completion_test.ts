/** The scripts of `completion` in real shells, which are told what they tell a completion function. */

import { equal } from "../support/assert.ts";
import { PROGRAM, runProgram } from "../support/program.ts";

const PATH = `${PROGRAM.replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}`;

/** What the shell would show: candidates, or which paths. */
async function shown(shell: readonly string[], script: string): Promise<string[]> {
  const [program = "", ...args] = shell;
  const run = await runProgram(program, [...args, "-c", script], { env: { PATH } });
  equal([run.code, run.stderr], [0, ""]);
  return run.stdout.split("\n").filter((line) => line !== "");
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(" ");
}

const LIST = "?".charCodeAt(0);

/** @param words of the line, as readline splits it */
function bash(line: string, words: readonly string[], type = "\t".charCodeAt(0)) {
  return shown(
    ["bash"],
    `compopt() { echo "compopt $*"; }
    source <(helm-navigator completion bash)
    COLUMNS=60 COMP_TYPE=${type} COMP_LINE='${line}' COMP_POINT=${line.length}
    COMP_WORDS=(${quoted(words)}) COMP_CWORD=${words.length - 1}
    _helm_navigator helm-navigator '${words.at(-1)!.replace(/^=$/, "")}'
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
}

Deno.test("bash completes verbs, flags and values", async () => {
  const program = "helm-navigator";
  equal(await bash("helm-navigator uni", [program, "uni"]), ["uninstall"]);
  equal(await bash("helm-navigator status --o", [program, "status", "--o"]), ["--output"]);
  equal(
    await bash("helm-navigator install --mig ", [program, "install", "--mig", ""]),
    ["none", "single", "mixed", "auto"],
  );
});

Deno.test("words that bash splits at = and : are one", async () => {
  const create = ["helm-navigator", "create"];
  const install = ["helm-navigator", "install"];
  const rows: [line: string, words: string[], shown: string[]][] = [
    ["create --batching=dy", [...create, "--batching", "=", "dy"], ["dynamic"]],
    ["install --mig=", [...install, "--mig", "="], ["none", "single", "mixed", "auto"]],
    [
      "create --inputs a:1:int8 --chart-v",
      [...create, "--inputs", "a", ":", "1", ":", "int8", "--chart-v"],
      ["--chart-version"],
    ],
    // Where the user has taken `=` out of COMP_WORDBREAKS.
    ["create --batching=dy", [...create, "--batching=dy"], ["--batching=dynamic"]],
  ];
  for (const [line, words, expected] of rows) {
    equal(await bash(`helm-navigator ${line}`, words), expected, line);
  }
});

Deno.test("bash completes paths itself", async () => {
  const model = ["helm-navigator", "create", "--model-path", ""];
  equal(await bash("helm-navigator create --model-path ", model), ["compopt -o default"]);
  const chart = ["helm-navigator", "install", ""];
  equal(await bash("helm-navigator install ", chart), ["compopt -o dirnames"]);
});

Deno.test("a list on bash's screen says what its entries mean, in a line each", async () => {
  const kube = ["helm-navigator", "status", "--kube"];
  equal(await bash("helm-navigator status --kube", kube, LIST), [
    "--kube-context  Context of the kubeconfig file to use",
    "--kubeconfig    Path to the kubeconfig file",
  ]);
  const verbs = await bash("helm-navigator ", ["helm-navigator", ""], LIST);
  equal(verbs.filter((line) => line.length > 58), []);
});

Deno.test("zsh completes verbs, flags, values and paths", async () => {
  const zsh = (...words: string[]) =>
    shown(
      ["zsh", "-f"],
      `compdef() { [[ "$*" == "_helm-navigator helm-navigator" ]] || echo "compdef $*"; }
      compset() { echo "compset $*"; }
      _files() { echo "_files $*"; }
      _describe() { print -rl -- "\${(@P)2}"; }
      source <(helm-navigator completion zsh)
      words=(helm-navigator ${quoted(words)})
      CURRENT=$#words PREFIX=$words[-1]
      _helm-navigator`,
    );
  equal(await zsh("uni"), ["uninstall:Remove a release, and its tester's if it is there"]);
  equal(await zsh("create", "--batching=dy"), ["compset -P *=", "dynamic"]);
  equal(await zsh("install", "--mig", ""), ["none", "single", "mixed", "auto"]);
  equal(await zsh("create", "--no-such-flag", ""), []);
  equal(await zsh("create", "--model-path", ""), ["_files "]);
  equal(await zsh("install", ""), ["_files -/"]);
  // A colon would end the candidate.
  equal(
    (await zsh("deploy", "--batching"))[0]?.startsWith("--batching:Who forms batches\\: "),
    true,
  );
});
