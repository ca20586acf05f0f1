/** What was built and pushed for a chart: beside the chart tree, so that `create` never loses it. */

import { basename, dirname, join } from "node:path";
import type { Files } from "../world.ts";

export interface ImageRecord {
  /** The local tag that `build` gave. */
  readonly built?: string;
  /** What `push` pushed, pinned: `registry/name:tag@sha256:…`. */
  readonly pushed?: string;
}

export function recordPath(tree: string): string {
  return join(dirname(tree), ".helm-navigator", `${basename(tree)}.json`);
}

export async function readRecord(tree: string, files: Files): Promise<ImageRecord> {
  const path = recordPath(tree);
  if (await files.kind(path) === undefined) return {};
  try {
    return JSON.parse(await files.readText(path)) as ImageRecord;
  } catch {
    return {}; // Cut or edited: what it said is found out again by `build` and `push`.
  }
}

export async function writeRecord(tree: string, record: ImageRecord, files: Files): Promise<void> {
  const path = recordPath(tree);
  await files.makeDirectory(dirname(path));
  await files.writeText(path, `${JSON.stringify(record, null, 2)}\n`);
}
