/** Which names may stand in an archive or in a model: relative, and within their folder. */

/** What is wrong with the name, completing "the name …"; undefined when nothing is. */
export function pathProblem(name: string): string | undefined {
  const parts = name.split("/");
  if (name === "" || name === ".") return "is empty";
  if (name.startsWith("/")) return "is absolute";
  if (/^[A-Za-z]:/.test(name)) return "begins with a drive letter";
  if (name.includes("\\")) return "holds a backslash";
  if (/[\x00-\x1f\x7f]/.test(name)) return "holds a control character";
  if (parts.includes("..")) return "leads out of its folder";
  const isLong = (text: string, most: number) => new TextEncoder().encode(text).length > most;
  if (isLong(name, 1024) || parts.some((part) => isLong(part, 255))) return "is too long";
  return undefined;
}

/** `./a//b/` → `a/b`; the very same text where it is plain, since an archive may hold many. */
export function plainPath(name: string): string {
  if (!/(^|\/)\.?(\/|$)/.test(name)) return name;
  return name.split("/").filter((part) => part !== "" && part !== ".").join("/");
}

/** Two names with the same key are one name on some file system. */
export function collisionKey(name: string): string {
  return plainPath(name).normalize("NFC").toLowerCase().normalize("NFC");
}
