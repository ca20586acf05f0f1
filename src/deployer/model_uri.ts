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

/** @throws UserError when it is neither a URI nor an absolute path */
export function parseModelUri(text: string): ModelUri {
  if (text.startsWith("/")) {
    return { scheme: "file", text, shown: cleanText(text), name: lastPart(text) };
  }
  const shown = redactUri(text);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
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

function lastPart(path: string): string {
  return path.split("/").findLast((part) => part !== "") ?? "model";
}
