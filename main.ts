/** Builds the real world, runs, exits. */

import { run } from "./src/cli/run.ts";
import { realWorld } from "./src/io/real_world.ts";

Deno.exit(await run(Deno.args, realWorld(new URL(".", import.meta.url))));
