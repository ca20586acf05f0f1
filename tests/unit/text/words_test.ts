import { camelCase, kebabCase, snakeCase } from "../../../src/text/case.ts";
import { cleanLine, cleanText, lastLines, redactUri } from "../../../src/text/clean.ts";
import { someOf } from "../../../src/text/list.ts";
import { quoteCommand } from "../../../src/text/quote.ts";
import { suggestWord } from "../../../src/text/suggest.ts";
import { printTable } from "../../../src/text/table.ts";
import { equal } from "../../support/assert.ts";

Deno.test("names change their case by place", () => {
  equal(kebabCase("max_batch_size"), "max-batch-size");
  equal(snakeCase("max-batch-size"), "max_batch_size");
  equal(camelCase("max_queue_delay_us"), "maxQueueDelayUs");
  equal(camelCase("model_sha256"), "modelSha256");
});

Deno.test("printed commands can be pasted", () => {
  equal(
    quoteCommand("helm", ["lint", "a b", "it's", "", "x=$HOME"]),
    `helm lint 'a b' 'it'\\''s' '' 'x=$HOME'`,
  );
  equal(quoteCommand("sh", ["-c"], { env: { A: "1 2", B: "3" } }), "A='1 2' B=3 sh -c");
});

Deno.test("text of others stays on its line", () => {
  equal(cleanLine("a\nb\tc\u2028d\u2029e\r\u001b"), "a\\nb\\tc\\u2028d\\u2029e\\u000d\\u001b");
  equal(cleanText("a\nb\tc"), "a\nb\tc");
});

Deno.test("of a long list a few are named", () => {
  const names = Array.from({ length: 5000 }, (_, i) => `n${i}`);
  equal(someOf(names.slice(0, 5)), "n0, n1, n2, n3, n4");
  equal(someOf(names), "n0, n1, n2, n3, n4 … and 4,995 more");
});

Deno.test("URIs are shown without user, query and fragment", () => {
  const rows: [string, string][] = [
    ["https://h/m.onnx", "https://h/m.onnx"],
    ["https://u:p@h/m.onnx?X-Amz-Signature=abc#f", "https://***@h/m.onnx?***"],
    ["https://h/a?b=c@d/e", "https://h/a?***"],
    ["s3://b/k#frag", "s3://b/k#***"],
    ["file:///m\u001b[31m", "file:///m\\u001b[31m"],
  ];
  for (const [uri, shown] of rows) equal(redactUri(uri), shown);
});

Deno.test("text of others cannot move the cursor or turn around", () => {
  equal(cleanText("a\u001b[2Jb\u202ec\td\n"), "a\\u001b[2Jb\\u202ec\td\n");
});

Deno.test("the last lines are the last non-empty ones", () => {
  equal(lastLines("a\n\nb\r\nc\n\n", 2), "b\nc");
});

Deno.test("a near word is suggested, a far one is not", () => {
  const known = ["--max-batch-size", "--batching", "--inputs"];
  equal(suggestWord("--max-batchsize", known), "--max-batch-size");
  equal(suggestWord("--intups", known), "--inputs");
  equal(suggestWord("--replicas", known), undefined);
});

Deno.test("columns are aligned, numbers to the right", () => {
  equal(
    printTable(["NAME", "N"], [["a", "5"], ["bbbbb", "12"]]),
    "NAME    N\na       5\nbbbbb  12",
  );
});
