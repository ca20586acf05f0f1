import { parseCsv } from "../../../src/ranking/csv.ts";
import { equal, ok } from "../../support/assert.ts";

Deno.test("csv: quotes, line ends, empty lines, and the line of each row", () => {
  equal(parseCsv('\ufeffa,"b ""q"""\r\n\r\n 1 ,"2\n3,"\n4,\n\n\n'), [
    { line: 1, cells: ["a", 'b "q"'] },
    { line: 3, cells: ["1", "2\n3,"] },
    { line: 5, cells: ["4", ""] },
  ]);
  equal(parseCsv(""), []);
});

Deno.test("csv: what is none is told by its line", () => {
  equal(parseCsv('a,b\n"1,2\n'), { line: 2, what: "a quote in the row is not closed" });
  equal(parseCsv('a\nb\n"1" 2\n'), {
    line: 3,
    what: "something other than a comma follows a quoted cell",
  });
});

Deno.test("csv: large and hostile cells are read in linear time", () => {
  const cell = 'x""'.repeat(3_000_000);
  const rows = parseCsv(`a,b\n"${cell}",${"y".repeat(3_000_000)}\n`);
  ok(Array.isArray(rows));
  equal(rows[1]!.cells.map((text) => text.length), [6_000_000, 3_000_000]);
});
