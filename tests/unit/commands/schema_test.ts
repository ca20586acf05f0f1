import { run } from "../../../src/cli/run.ts";
import { fileSchema } from "../../../src/config/json_schema.ts";
import { configOptions } from "../../../src/config/schema.ts";
import { equal, ok } from "../../support/assert.ts";
import { fakeWorld } from "../../support/fake_world.ts";

Deno.test("schema prints the YAML file's JSON Schema, which holds no flags", async () => {
  const world = fakeWorld();
  equal(await run(["schema"], world), 0);
  const schema = JSON.parse(world.stdout.join("\n"));
  equal(schema, fileSchema(configOptions));
  ok("verbose" in schema.properties && !("dry_run" in schema.properties));
  ok(!("required" in schema));
});
