import { countFindings, type Finding, sortFindings } from "../../../src/review/finding.ts";
import { parseQuantity, printBytes } from "../../../src/text/quantity.ts";
import { printFindings } from "../../../src/review/report.ts";
import { equal } from "../../support/assert.ts";

const finding = (severity: Finding["severity"], message: string): Finding => ({
  id: "latest-tag",
  severity,
  object: "Deployment/m",
  path: "spec.template.spec.containers[0].image",
  file: "m/templates/deployment.yaml",
  message,
  fix: "name a fixed tag",
});

Deno.test("a finding is readable at 80 columns", () => {
  const long = Array.from({ length: 20 }, (_, i) => `word${i}`).join(" ");
  equal(
    printFindings("charts/m", [finding("error", long)]),
    `charts/m
  error latest-tag m/templates/deployment.yaml
    Deployment/m spec.template.spec.containers[0].image
    word0 word1 word2 word3 word4 word5 word6 word7 word8 word9 word10 word11
    word12 word13 word14 word15 word16 word17 word18 word19
    fix: name a fixed tag`,
  );
});

Deno.test("the worst comes first, and each only once", () => {
  const findings = ["note", "error", "warning", "error"] as const;
  const sorted = sortFindings(findings.map((severity) => finding(severity, "a")));
  equal(sorted.map(({ severity }) => severity), ["error", "warning", "note"]);
  equal(countFindings(sorted), "1 error, 1 warning, 1 note");
  equal(countFindings([finding("note", "a"), finding("note", "b")]), "2 notes");
  equal(countFindings([]), "nothing to complain about");
});

Deno.test("quantities are numbers", () => {
  const rows: [string | number | undefined, number | undefined][] = [
    ["256Mi", 268435456],
    ["500m", 0.5],
    ["1.5G", 1.5e9],
    ["1e3", 1000],
    [1, 1],
    ["-1", -1],
    ["", undefined],
    ["1 Gi", undefined],
    ["1Kib", undefined],
    [undefined, undefined],
  ];
  for (const [text, value] of rows) equal([text, parseQuantity(text)], [text, value]);
  equal([printBytes(268435456), printBytes(1024), printBytes(1000)], ["256Mi", "1Ki", "1000"]);
});
