/** version: what this program is made of. */

import { COMMIT, TEMPLATES, VERSION } from "../version.ts";
import type { World } from "../world.ts";
import type { versionOptions } from "./options.ts";
import type { Invocation } from "./verb.ts";

export function version(
  { settings }: Invocation<typeof versionOptions>,
  world: World,
): Promise<void> {
  const facts = {
    version: VERSION,
    commit: COMMIT ?? "unknown",
    templates: TEMPLATES ?? "unknown",
    deno: world.runtime,
  };
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
  world.streams.out(settings.output === "json" ? JSON.stringify(facts) : lines.join("\n"));
  return Promise.resolve();
}
