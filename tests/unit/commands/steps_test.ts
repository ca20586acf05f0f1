import { stepsOf } from "../../../src/commands/steps.ts";
import { ToolError } from "../../../src/errors.ts";
import { equal, failure } from "../../support/assert.ts";
import { fakeWorld } from "../../support/fake_world.ts";

Deno.test("a step's result is for the next one; a skipped step says why", async () => {
  const world = fakeWorld();
  const steps = stepsOf(["create", "build"], world);
  const lines = await steps.run("create", ({ streams }) => {
    streams.out("a\nb");
    streams.err("talk");
    return Promise.resolve();
  });
  steps.skip("build", "nothing has changed");
  equal(lines, ["a", "b"]);
  equal(world.stdout, []);
  equal(world.stderr, ["==> 1/2 create", "talk", "==> 2/2 build: nothing has changed"]);
});

Deno.test("what a failed step has found out is shown, and where it stopped", async () => {
  const world = fakeWorld();
  const failed = () =>
    stepsOf(["test"], world).run("test", ({ streams }) => {
      streams.out("the table");
      return Promise.reject(new ToolError("a threshold is missed"));
    });
  equal((await failure(failed)).message, "a threshold is missed");
  equal(world.stdout, ["the table"]);
  equal(world.stderr[1], "stopped at test: once that is mended, `up` goes on from there");
});
