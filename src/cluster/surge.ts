/** Does the old pod serve until the new one does? */

import type { InstallValues } from "./install_values.ts";

/**
 * The old pod serves until the new one does, where there is room for both. Without it, what the
 * chart or the user says stays, but for what an earlier install has found.
 */
export function withSurge(
  values: InstallValues,
  { spare, before = {} }: { readonly spare: boolean; readonly before?: object },
): InstallValues {
  const { rollout } = before as { readonly rollout?: { readonly surge?: boolean } };
  return spare || rollout?.surge ? { ...values, rollout: { surge: spare } } : values;
}
