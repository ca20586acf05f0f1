/** Puts the finished model where Triton finds it: in one step, stamped last. */

import type { Files, FileTree } from "../world.ts";
import { onDisk } from "./disk_error.ts";
import type { ObjectId } from "./fetch/fetch.ts";
import type { Places } from "./places.ts";
import { type Served, type StampKey, writeStamp } from "./stamp.ts";

export interface PlaceRequest {
  readonly tree: FileTree;
  readonly places: Places;
  readonly key: StampKey;
  readonly object: ObjectId;
  readonly served: Served;
}

export async function place(
  { tree, places, ...stamped }: PlaceRequest,
  files: Files,
): Promise<void> {
  const { model, scratch, stamp } = places;
  await onDisk(`place the model in ${model}`, async () => {
    const staged = await files.stage(new Map([[model, tree]]), scratch);
    try {
      // An old stamp must not outlive the model that it describes.
      await files.remove(stamp);
    } catch (error) {
      await files.drop(staged);
      throw error;
    }
    await files.publish(staged);
    await writeStamp(stamp, { ...stamped, model, tree, files });
  });
}
