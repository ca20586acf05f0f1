import { parseMarker, printMarker } from "../../../src/chart/marker.ts";
import { equal } from "../../support/assert.ts";

Deno.test("a marker comes back as it was", () => {
  const marker = { name: "add-sub-i0", version: "0.1.0-rc.1+build.5" };
  equal(parseMarker(printMarker(marker)), marker);
});

Deno.test("what could not be ours is not", () => {
  const good = { generator: "helm-navigator", name: "m", version: "0.1.0" };
  const rows: unknown[] = [
    null,
    [],
    "m",
    {},
    { ...good, generator: "other" },
    { ...good, name: undefined },
    { ...good, version: undefined },
    { ...good, version: 1 },
    { ...good, version: "v1" },
    { ...good, version: "0.1.0\n--push" },
    ...["", "../../x", "--post-renderer=x", "M", "a_b", "a b", "a\n", "a".repeat(44), ["a"], 7]
      .map((name) => ({ ...good, name })),
  ];
  for (const row of rows) equal([row, parseMarker(JSON.stringify(row))], [row, undefined]);
  equal(parseMarker("{"), undefined);
});
