/** The text that holds the credentials: of the file or stdin that `--from-file` names. */

import { UserError } from "../../errors.ts";
import { systemReason } from "../../text/clean.ts";
import type { World } from "../../world.ts";
import { realKind } from "../real_place.ts";

export interface GivenText {
  readonly text: string;
  /** Who named it, for the errors; the text itself is never shown. */
  readonly where: string;
}

/** What becomes a Secret: its values by key. */
export interface Credentials {
  readonly data: Readonly<Record<string, string>>;
  /** What works today may not work tomorrow. */
  readonly warning?: string;
}

/** A Secret holds no more than 1 MiB: https://kubernetes.io/docs/concepts/configuration/secret/ */
const MOST_BYTES = 2 ** 20;

/** @param where the flag or variable that gave the path */
export async function readGiven(path: string, where: string, world: World): Promise<GivenText> {
  const wrong = (what: string, hint?: string) => new UserError({ where, what, hint });
  const isStdin = path === "-" || path === "/dev/stdin";
  const named = isStdin ? "stdin" : `\`${path}\``;
  const text = await (isStdin ? world.streams.input(MOST_BYTES) : readFile(path, world))
    .catch((error) => {
      world.signal.throwIfAborted();
      throw wrong(`cannot read ${named}: ${systemReason(error)}`);
    });
  if (text === undefined) {
    throw wrong("stdin is a terminal, which would show what you type", "pipe the credentials in");
  }
  if (text.length >= MOST_BYTES) throw wrong(`${named} is too large for a secret`);
  if (text.trim() === "") throw wrong(`${named} is empty`);
  return { text, where };
}

async function readFile(path: string, { files }: World): Promise<string> {
  const kind = await realKind(path, files);
  if (kind === undefined) throw new Error("there is no such file");
  if (kind === "directory") throw new Error("it is a directory");
  if (kind !== "file") return await files.readText(path);
  const file = await files.open(path);
  try {
    return new TextDecoder().decode(await file.readAt(0, MOST_BYTES));
  } finally {
    file.close();
  }
}

/** An object, when the text looks like one. What a parser says of it would show parts of it. */
export function jsonIn({ text, where }: GivenText): Readonly<Record<string, unknown>> | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError({ where, what: "holds JSON that cannot be read: is it cut off?" });
  }
}

/** An object within another one. */
export function objectIn(
  outer: Readonly<Record<string, unknown>>,
  key: string,
): Readonly<Record<string, unknown>> | undefined {
  const inner = Object.hasOwn(outer, key) ? outer[key] : undefined;
  return typeof inner === "object" && inner !== null && !Array.isArray(inner)
    ? inner as Readonly<Record<string, unknown>>
    : undefined;
}
