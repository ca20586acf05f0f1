import { equal, match } from "../support/assert.ts";
import { helmHome, part, PROGRAM, ROOT, runProgram } from "../support/program.ts";

for (const name of ["NAVIGATOR_HELM3", "NAVIGATOR_HELM4"]) {
  Deno.test(`the plugin in ${name}`, async (t) => {
    const helm = part(name);
    const folder = await Deno.makeTempDir();
    try {
      const env = await helmHome(helm, folder);
      const navigator = (...args: string[]) => runProgram(helm, args, { env, cwd: folder });

      await t.step("is listed with the program's version", async () => {
        const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
        match(
          (await navigator("plugin", "list")).stdout,
          new RegExp(`^navigator\\s+${version}`, "m"),
        );
        const shown = await navigator("navigator", "version", "--output", "json");
        equal([shown.code, JSON.parse(shown.stdout).version], [0, version]);
      });

      await t.step("says the same as the program, but for its name", async () => {
        const [plugin, program] = await Promise.all([
          navigator("navigator", "create", "--help"),
          runProgram(PROGRAM, ["create", "--help"]),
        ]);
        equal(plugin.stdout.replaceAll("helm navigator", "helm-navigator"), program.stdout);
        match(plugin.stdout, /^Usage: helm navigator create/m);
        match(program.stdout, /^Usage: helm-navigator create/m);
      });

      await t.step("makes and lints charts with the Helm that called it", async () => {
        const made = await navigator(
          "navigator",
          "create",
          "--model-name",
          "m",
          "--model-path",
          "m.onnx",
          "-v",
        );
        equal(made.code, 0);
        match(made.stderr, new RegExp(`^\\+ ${helm} lint --strict `, "m"));
      });

      await t.step("passes namespace and context on, wherever they stand", async () => {
        const install = "install --dry-run --image i:1 --model-uri file:///m".split(" ");
        for (
          const args of [
            ["navigator", ...install, "-n", "prod", "--kube-context", "c"],
            ["--namespace", "prod", "--kube-context=c", "navigator", ...install],
          ]
        ) {
          const { code, stdout, stderr } = await navigator(...args);
          equal(code, 0, stderr);
          match(stdout, /--namespace prod --kube-context c <<'EOF'/);
        }
      });

      await t.step("completes what follows", async () => {
        const rows: [words: string, shown: string[]][] = [
          ["unin", ["uninstall", ":4"]],
          ["create --model-pa", ["--model-path\tPath to the model file", ":4"]],
          ["create --batching dy", ["dynamic", ":4"]],
          ["create --batching=dy", ["dynamic", ":4"]],
          ["create --model-path ", [":0"]],
          ["-n prod install ", [":16"]],
          // Helm completes its own flags; no flag stands there twice.
          ["install --namesp", ["--namespace\tnamespace scope for this request", ":4"]],
        ];
        for (const [words, shown] of rows) {
          const { stdout } = await navigator("__complete", "navigator", ...words.split(" "));
          equal(stdout.trimEnd().split("\n"), shown, words);
        }
      });

      await t.step("passes exit codes on", async () => {
        equal((await navigator("navigator", "create")).code, 2);
        equal((await navigator("navigator", "status", "r")).code, 1);
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
