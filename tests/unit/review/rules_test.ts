import type { Finding } from "../../../src/review/finding.ts";
import { reviewChart } from "../../../src/review/review.ts";
import { RULES } from "../../../src/review/rules.ts";
import { equal, match, ok } from "../../support/assert.ts";
import { goodChart, printChart, spoil } from "../../support/manifests.ts";
import { BAD_DEVICES } from "./bad_devices.ts";
import { BAD_OPERATIONS } from "./bad_operations.ts";

const BAD = [...BAD_DEVICES, ...BAD_OPERATIONS];

const review = (changes: object): Finding[] => {
  const text = printChart(spoil(goodChart(), changes as Record<string, unknown>));
  const renderings = ["1.27", "1.37"].map((version) => ({ version, text }));
  return reviewChart({ renderings, framework: "nvcr.io/nvidia/pytorch:25.08-py3" });
};

Deno.test("a good chart has no finding", () => equal(review({}), []));

for (const [changes, id, path, says] of BAD) {
  Deno.test(`${id}: ${says.source}`, () => {
    const findings = review(changes);
    const rule = RULES.find((rule) => rule.id === id)!;
    const found = findings.find((f) => f.id === id && f.path === path);
    ok(found, JSON.stringify(findings, null, 2));
    equal(found.severity, rule.severity);
    match(found.message, says);
    ok(found.message.endsWith(rule.reason));
    equal(found.fix, rule.fix);
    equal(JSON.stringify(findings).match(/hunter2|sig=secret/), null);
  });
}

Deno.test("every rule has a row here, and an id of its own", () => {
  const ids = RULES.map(({ id }) => id);
  equal(ids.filter((id) => !BAD.some((row) => row[1] === id)), []);
  equal(ids.length, new Set(ids).size);
});
