/** What this program is: deno.json defines the version, scripts/bundle.ts the rest. */

import manifest from "../deno.json" with { type: "json" };

declare const NAVIGATOR_COMMIT: string | undefined;
declare const NAVIGATOR_TEMPLATES: string | undefined;

export const VERSION: string = manifest.version;

/** Undefined when run from a checkout. */
export const COMMIT = typeof NAVIGATOR_COMMIT === "undefined" ? undefined : NAVIGATOR_COMMIT;

/** Digest of the templates that are embedded: the charts' own version. */
export const TEMPLATES = typeof NAVIGATOR_TEMPLATES === "undefined"
  ? undefined
  : NAVIGATOR_TEMPLATES;
