import { reportError } from "../../../src/cli/report.ts";
import { ToolError, UserError } from "../../../src/errors.ts";
import { equal } from "../../support/assert.ts";
import { fakeWorld } from "../../support/fake_world.ts";

function report(error: unknown): readonly string[] {
  const world = fakeWorld();
  reportError(error, world.streams, "1");
  return world.stderr;
}

Deno.test("text of others makes no lines of its own, but in a tool's output", () => {
  equal(
    report(new UserError({ where: "n.yaml:1 foo\nerror: fake", what: "a\tb", hint: "c\u2028d" })),
    [
      "error: n.yaml:1 foo\\nerror: fake: a\\tb",
      "hint: c\\u2028d",
    ],
  );
  equal(report(new ToolError("a\nb", { output: "c\nd" })), ["error: a\\nb", "  c\n  d"]);
});

Deno.test("problems are told up to a number, and up to a length", () => {
  const lines = report(
    new UserError(Array.from({ length: 5000 }, (_, i) => ({ what: `problem ${i}` }))),
  );
  equal([lines.length, ...lines.slice(49)], [51, "error: problem 49", "error: … and 4,950 more"]);
  equal(report(new UserError({ what: "a".repeat(3000) })), [`error: ${"a".repeat(2000)}…`]);
});
