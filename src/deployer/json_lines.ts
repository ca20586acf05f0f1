/** What `deploy --output json` says instead of words: one object a line, for whoever collects logs. */

import { cleanText } from "../text/clean.ts";
import type { Measured, Streams, World } from "../world.ts";
import type { ObjectId } from "./fetch/fetch.ts";
import type { Served } from "./stamp.ts";

/** Every object begins with the time; `type` tells what else is in it. */
export type JsonLine =
  | { readonly type: "message"; readonly step?: string | undefined; readonly message: string }
  /** Bytes, of `total` where it is known, and how many of them in a second; else seconds. */
  | { readonly type: "progress" } & Measured
  /** The last line of a run that did it. */
  | {
    readonly type: "result";
    /** The model's directory in the model repository. */
    readonly path: string;
    /** Nothing was to be done. */
    readonly unchanged: boolean;
    readonly source: string;
    /** Of the object at the model URI. */
    readonly size: number;
    /** Where it was computed: of a local file, and where a digest is demanded. */
    readonly sha256: string | null;
    /** What the storage calls this version of the object. */
    readonly validator: string | null;
  } & Served
  /** The last line of a run that failed. */
  | { readonly type: "failure"; readonly reason: string };

export interface Deployed {
  readonly path: string;
  /** The model URI, as it may be shown. */
  readonly source: string;
  readonly object: ObjectId;
  readonly served: Served;
  readonly unchanged: boolean;
}

/** The verbs of the deployer, with which its messages begin. */
const STEP = /^(fetch|unpack|convert|compare|configure|place)\b/;

export function printJsonLine(line: JsonLine, { now }: Pick<World, "now">): string {
  return JSON.stringify({ time: now().toISOString(), ...line });
}

/** Streams on which everything that is said becomes a line on stdout. */
export function jsonStreams(world: Pick<World, "streams" | "now">): Streams {
  const { streams } = world;
  const say = (line: JsonLine) => streams.out(printJsonLine(line, world));
  return {
    ...streams,
    terminal: false,
    err: (text) => {
      say({ type: "message", step: STEP.exec(text)?.[1], message: cleanText(text) });
    },
    progress: () => {},
    measure: (measured) => say({ type: "progress", ...measured }),
  };
}

export function resultLine(
  { path, source, object, served, unchanged }: Deployed,
): JsonLine {
  const { size, sha256 = null, validator = null } = object;
  return { type: "result", path, unchanged, ...served, source, size, sha256, validator };
}
