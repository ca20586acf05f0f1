/** Which directories a deployment uses; none of them lies in the model repository itself. */

import { dirname, join } from "node:path";
import { sha256OfText } from "./digest.ts";

export interface Places {
  /** `<repository>/<model>`: what Triton sees. */
  readonly model: string;
  /** Beside the repository, on its volume: trees are staged and set aside here. */
  readonly scratch: string;
  /** Ours alone while we hold its lock. */
  readonly own: string;
  readonly stamp: string;
  /** For this deployment only, and removed with all that is in it; `own` unless one was given. */
  readonly work: string;
  readonly download: string;
  readonly unpacked: string;
  readonly converted: string;
}

export interface PlacesRequest {
  /** Absolute paths. */
  readonly repository: string;
  readonly workDirectory: string | undefined;
  readonly modelName: string;
}

/** Triton takes every folder in the repository for a model: so nothing of ours may lie there. */
export function placesOf({ repository, workDirectory, modelName }: PlacesRequest): Places {
  const scratch = join(dirname(repository), ".incoming");
  const own = join(scratch, modelName);
  const work = workDirectory === undefined
    ? own
    : join(workDirectory, `${modelName}-${sha256OfText(repository).slice(0, 12)}`);
  return {
    model: join(repository, modelName),
    scratch,
    own,
    stamp: join(own, "stamp.json"),
    work,
    download: join(work, "download"),
    unpacked: join(work, "unpacked"),
    converted: join(work, "converted"),
  };
}
