/** Takes away what a verb has made for itself, and never hides how the verb itself has ended. */

import { Interrupted, ToolError } from "../errors.ts";
import { cleanText } from "../text/clean.ts";
import type { World } from "../world.ts";

export interface CleanUp {
  readonly remove: () => Promise<unknown>;
  /** What the user should know when it is gone, and when it is still there. */
  readonly removed: string;
  readonly left: string;
}

export async function withCleanUp(
  { remove, removed, left }: CleanUp,
  deed: () => Promise<void>,
  world: World,
): Promise<void> {
  let failed: { readonly error: unknown } | undefined;
  try {
    await deed();
  } catch (error) {
    failed = { error };
  }
  const notGone = await remove().then(() => undefined, (error: unknown) => ({ error }));
  if (failed === undefined) {
    if (notGone?.error instanceof ToolError) {
      throw new ToolError(left, { ...notGone.error.details });
    }
    if (notGone) throw notGone.error;
    return;
  }
  if (failed.error instanceof Interrupted) {
    throw new Interrupted(failed.error.exitCode, notGone ? left : removed);
  }
  if (notGone) world.streams.err(cleanText(left));
  throw failed.error;
}
