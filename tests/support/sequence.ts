/** Steps that build on each other: after one that failed, the others say that they did not run. */

export type Step = (name: string, deed: () => Promise<void>) => Promise<void>;

export function sequence(t: Deno.TestContext): Step {
  let broken: string | undefined;
  return async (name, deed) => {
    const before = broken;
    const ok = await t.step(name, async () => {
      if (before !== undefined) throw new Error(`not run, since "${before}" failed`);
      await deed();
    });
    if (!ok) broken ??= name;
  };
}
