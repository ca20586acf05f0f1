/** This program's own version; deno.json is its one definition. */

import manifest from "../deno.json" with { type: "json" };

export const VERSION: string = manifest.version;
