/** The first half of deploy: the object at the model URI → the model in it, identified. */

import type { ArchiveLimits } from "../deployer/unpack/archive_rules.ts";
import { onDisk } from "../deployer/disk_error.ts";
import { fetchObject, type FetchRequest, type ObjectId } from "../deployer/fetch/fetch.ts";
import type { FoundModel } from "../deployer/model_folder.ts";
import type { Places } from "../deployer/places.ts";
import { identifyModel, type SourceModel } from "../deployer/source_model.ts";
import { unpackFile, unpackStream } from "../deployer/unpack/unpack.ts";
import type { Format } from "../model/format.ts";
import type { World } from "../world.ts";

export interface OpenRequest {
  readonly wanted: Omit<FetchRequest, "to" | "consume">;
  /** What messages call the object. */
  readonly name: string;
  /** What the configuration says. */
  readonly format: Format | undefined;
  readonly places: Places;
  readonly limits: ArchiveLimits;
}

export interface OpenedModel {
  readonly model: SourceModel;
  readonly object: ObjectId;
}

/** A TAR archive is unpacked while it comes, into a folder that is thrown away if the object is wrong. */
export async function openModel(
  { wanted, name, format, places, limits }: OpenRequest,
  world: World,
): Promise<OpenedModel> {
  const { download: to, unpacked: into } = places;
  const request = { name, into, limits };
  let found: FoundModel | undefined;
  const consume = async (bytes: ReadableStream<Uint8Array>) => {
    await world.files.remove(into);
    found = await unpackStream(bytes, request, world);
  };
  const { path, object } = await onDisk(
    "write the download",
    () => fetchObject({ ...wanted, to, consume }, world),
  );
  found ??= await onDisk("unpack the model", () => unpackFile(path, request, world));
  return { model: await identifyModel(found, format, world), object };
}
