/** schema: the JSON Schema of the YAML file. */

import { fileSchema } from "../config/json_schema.ts";
import { configOptions } from "../config/schema.ts";
import type { World } from "../world.ts";
import type { schemaOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

export function schema(_: Invocation<typeof schemaOptions>, world: World): Promise<void> {
  world.streams.out(JSON.stringify(fileSchema(configOptions), null, 2));
  return Promise.resolve();
}
