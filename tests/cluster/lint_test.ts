/** What a real cluster says of a chart, without keeping anything of it. */

import type { Finding } from "../../src/review/finding.ts";
import { equal, match } from "../support/assert.ts";
import { part, PROGRAM, runProgram } from "../support/program.ts";

Deno.test("lint --server asks the cluster", async (t) => {
  const folder = await Deno.makeTempDir();
  const navigator = (...args: string[]) =>
    runProgram(PROGRAM, args, { cwd: folder, env: { HELM_BIN: part("NAVIGATOR_HELM4") } });
  const lint = async (namespace: string) => {
    const args = ["--server", "--namespace", namespace, "--output", "json"];
    const { code, stdout, stderr } = await navigator("lint", ...args);
    const findings = stdout === "" ? [] : JSON.parse(stdout) as Finding[];
    return { code, stderr, said: findings.filter(({ id }) => id === "server") };
  };
  try {
    const made = await navigator("create", "--model-name", "m", "--model-path", "m.onnx");
    equal(made.code, 0, made.stderr);

    await t.step("it takes what create makes", async () => {
      const { code, said, stderr } = await lint("default");
      equal([code, said], [0, []], stderr);
    });

    await t.step("what it refuses is an error with its own words", async () => {
      const template = `${folder}/navigator_workspace/charts/m/m-inference/templates/service.yaml`;
      const text = await Deno.readTextFile(template);
      await Deno.writeTextFile(template, text.replace("port: 8000", "port: 80000"));
      const { code, said } = await lint("default");
      equal([code, said.length, said[0]?.severity], [1, 1, "error"]);
      match(said[0]!.message, /spec\.ports\[0\]\.port: Invalid value: 80000/);
    });

    await t.step("a cluster that cannot look at it is no finding", async () => {
      const { code, said, stderr } = await lint("nowhere");
      equal([code, said], [1, []]);
      match(stderr, /^error: `kubectl apply` failed[^]*hint: make the namespace first/m);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
