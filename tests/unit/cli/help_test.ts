import { programHelp, verbHelp } from "../../../src/cli/help.ts";
import { shownOptions } from "../../../src/cli/shown_options.ts";
import { findVerb, VERBS } from "../../../src/commands/mod.ts";
import { kebabCase } from "../../../src/text/case.ts";
import { equal, ok } from "../../support/assert.ts";

Deno.test("help fits 80 columns", () => {
  const pages = [
    programHelp("helm navigator", VERBS),
    ...VERBS.map((verb) => verbHelp("helm navigator", verb)),
  ];
  for (const line of pages.join("\n").split("\n")) ok(line.length <= 80, line);
});

Deno.test("every verb has an example that calls it", () => {
  for (const verb of VERBS) {
    ok(verb.examples.length > 0, verb.name);
    for (const example of verb.examples) ok(example.includes(` ${verb.name}`), example);
  }
});

Deno.test("a verb's help names each of its flags, the required ones in its usage too", () => {
  for (const verb of VERBS) {
    const page = verbHelp("helm navigator", verb);
    const usage = /^Usage: [\s\S]*?\n\n/m.exec(page)![0];
    for (const [key] of shownOptions(verb)) {
      const flag = new RegExp(`[ ]--${kebabCase(key)}(\\s|$)`, "m");
      ok(flag.test(page), `${verb.name} ${key}`);
      equal(flag.test(usage), verb.required?.includes(key) ?? false, `${verb.name} ${key}`);
    }
  }
});

Deno.test("help of a part in the cluster explains only what create does not", () => {
  const page = verbHelp("helm-navigator", findVerb("evaluate")!);
  ok(page.includes("  --server-url URL            Required. "));
  ok(page.includes("Options that `helm-navigator create --help` explains:\n  --model-version "));
  ok(!page.includes("Seed of generated input data"));
});

Deno.test("examples call the program as the user did", () => {
  const [plugin, program] = ["helm navigator", "helm-navigator"];
  const create = findVerb("create")!;
  ok(verbHelp(plugin, create).includes("\n  helm navigator create "));
  equal(verbHelp(plugin, create).replaceAll(plugin, program), verbHelp(program, create));
});
