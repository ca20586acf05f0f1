/** Text of others made safe to show: no control characters, no signatures, no passwords. */

/** Control characters (except tab and newline) and bidirectional overrides become visible escapes. */
export function cleanText(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    escape,
  );
}

/** On one line, too: text of others must not look like a line of ours. */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t")
    .replace(/[\u2028\u2029]/g, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A URI without user info, query and fragment: what may be printed or logged. */
export function redactUri(uri: string): string {
  return cleanText(
    uri
      .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1***@")
      .replace(/[?#].*$/s, (rest) => (rest.length > 1 ? `${rest[0]}***` : "")),
  );
}

/** A query may be a signature, user info a password: such a URI is kept secret. */
export function carriesSecret(uri: string): boolean {
  return /[?]|:\/\/[^/]*@/.test(uri);
}

/** The last `count` non-empty lines. */
export function lastLines(text: string, count: number): string {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "").slice(-count).join("\n");
}

/** What the operating system said, without Deno's numbers and repetitions. */
export function systemReason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/ \(os error \d+\).*$/s, "");
}
