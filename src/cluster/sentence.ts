/** What a container or the cluster said, of many lines → one sentence, and the rest of it. */

export interface Said {
  readonly sentence: string;
  /** What the sentence leaves out. */
  readonly details?: string;
}

/** The line that tells the error: the tools' own, or that of Triton's log (`E0612 …] what`). */
const TELLS = /^\s*(error|fatal|panic)\b:?|^[EF]\d{4} /i;
const PREFIX = /^\s*error: +|^[EF]\d{4} \S+ +\d+ \S+\] */i;

export function summarize(text: string): Said {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const at = Math.max(0, lines.findIndex((line) => TELLS.test(line)));
  const sentence = oneLine((lines[at] ?? "").replace(PREFIX, ""));
  if (lines.length <= 1) return { sentence };
  return { sentence, details: (at === 0 ? lines.slice(1) : lines).join("\n") };
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
