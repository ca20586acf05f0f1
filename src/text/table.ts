/** Aligned columns for people; numbers to the right. */

export function printTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  const numeric = header.map((_, i) =>
    rows.length > 0 && rows.every((row) => /^[-~\d.,%]*$/.test(row[i] ?? ""))
  );
  return all
    .map((row) =>
      header
        .map((_, i) => {
          const cell = row[i] ?? "";
          const width = widths[i] ?? 0;
          return numeric[i] ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd()
    )
    .join("\n");
}
