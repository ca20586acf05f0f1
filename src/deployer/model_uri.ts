/** The address of a model, taken apart, with the form in which it may be printed. */

import { UserError } from "../errors.ts";
import { cleanText, redactUri } from "../text/clean.ts";

export interface ModelUri {
  /** `file` for a path too. */
  readonly scheme: string;
  /** The whole address with its secrets: never printed. */
  readonly text: string;
  readonly shown: string;
  /** The last part of the path, which may tell the format. */
  readonly name: string;
}

const WHERE = "--model-uri";

/** Their paths are taken as they stand, as the clouds' own tools do. */
const BUCKET_SCHEMES = ["s3", "as", "gs"];

/** @throws UserError when it is neither a URI nor an absolute path */
export function parseModelUri(text: string): ModelUri {
  if (text.startsWith("/")) {
    return { scheme: "file", text, shown: cleanText(text), name: lastPart(text) };
  }
  const shown = redactUri(text);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined && BUCKET_SCHEMES.includes(scheme)) {
    return { scheme, text, shown, name: lastPart(text) };
  }
  if (scheme === undefined || !URL.canParse(text)) {
    throw new UserError({
      where: WHERE,
      what: `\`${shown}\` is neither a URI nor an absolute path`,
      hint: "for example https://example.com/model.onnx, or /mnt/model/model.onnx",
    });
  }
  return { scheme, text, shown, name: lastPart(decodePath(new URL(text).pathname, shown)) };
}

/** @throws UserError when the path holds a broken escape */
export function decodePath(path: string, shown: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new UserError({
      where: WHERE,
      what: `\`${shown}\` holds a % that begins no escape`,
      hint: "write a % of the path itself as %25",
    });
  }
}

/**
 * The first `count` parts of a bucket's address, which must all be there, and the key after them.
 * @throws UserError when one is missing, or the key is none that HTTP can ask for
 */
export function splitBucketUri(
  { text, shown }: ModelUri,
  { count, form }: { readonly count: number; readonly form: string },
): { readonly names: readonly string[]; readonly key: string } {
  const refuse = (what: string, hint: string) => new UserError({ where: WHERE, what, hint });
  if (/[?#]/.test(text)) {
    throw refuse(`\`${shown}\` holds a query`, "a signed URL is given as it is, with https://");
  }
  const parts = text.slice(text.indexOf("://") + 3).split("/");
  const names = parts.slice(0, count);
  const key = parts.slice(count).join("/");
  if (names.length < count || names.includes("") || key === "") {
    throw refuse(`\`${shown}\` names no object`, `the form is ${form}`);
  }
  // Every URL parser takes such parts away before the request is sent.
  if (key.split("/").some((part) => part === "." || part === "..")) {
    throw refuse(`\`${shown}\` holds \`.\` or \`..\``, "rename the object");
  }
  return { names, key };
}

function lastPart(path: string): string {
  return path.split("/").findLast((part) => part !== "") ?? "model";
}
