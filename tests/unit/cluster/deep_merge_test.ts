import { isDeepStrictEqual } from "node:util";
import { covers, deepMerge } from "../../../src/cluster/deep_merge.ts";
import { equal, ok } from "../../support/assert.ts";
import { chance } from "../../support/chance.ts";

Deno.test("deepMerge: maps are joined, everything else is replaced", () => {
  const lower = { a: 1, b: { c: 1, d: [1, 2], e: { f: 1 } }, g: { h: 1 }, i: null };
  const upper = { b: { d: [3], e: 7, j: 1 }, g: null, i: { k: 1 } };
  equal(deepMerge(lower, upper), {
    a: 1,
    b: { c: 1, d: [3], e: 7, j: 1 },
    g: null,
    i: { k: 1 },
  });
});

Deno.test("covers: just where a merge would leave the upper values as they are", () => {
  const { pick, maybe } = chance(7);
  const map = (depth: number): object =>
    Object.fromEntries(
      ["a", "b", "c"].filter(() => pick([true, true, false])).map((key) => [
        key,
        (depth > 0 && maybe(0.5, () => map(depth - 1))) || pick([null, 1, [1], {}]),
      ]),
    );
  const seen = [0, 0];
  for (let round = 0; round < 2000; round++) {
    const [lower, upper] = [map(2), map(2)];
    const unchanged = isDeepStrictEqual(deepMerge(lower, upper), upper);
    equal(covers(upper, lower), unchanged, JSON.stringify({ lower, upper }));
    seen[Number(unchanged)]!++;
  }
  ok(Math.min(...seen) > 100, `${seen}`);
});
