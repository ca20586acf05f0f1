import { programHelp, verbHelp } from "../../../src/cli/help.ts";
import { VERBS } from "../../../src/commands/mod.ts";
import { ok } from "../../support/assert.ts";

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
