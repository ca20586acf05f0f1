/** What was built and pushed for a chart: beside the chart tree, so that `create` never loses it. */

import { basename, dirname, join } from "node:path";
import type { BuilderName } from "../config/image_options.ts";
import type { Files } from "../world.ts";

export interface ImageRecord {
  readonly built?: {
    readonly tag: string;
    readonly id: string;
    /** The digest of what it was built from. */
    readonly context?: string;
    /** Whose store it lies in. */
    readonly builder?: BuilderName;
  };
  /** `image` is pinned: `registry/name:tag@sha256:…`. */
  readonly pushed?: { readonly image: string; readonly id: string };
  /** Digests of what `up` has installed and tested last. */
  readonly installed?: string;
  readonly tested?: string;
}

/** Another image has been built since the last push. */
export function isPushStale({ built, pushed }: ImageRecord): boolean {
  return built !== undefined && built.id !== pushed?.id;
}

function recordPath(tree: string): string {
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
