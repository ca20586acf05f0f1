/** The deployer's own folders: what of an earlier run is of use in them, and what goes. */

import type { Files } from "../world.ts";
import { downloadPaths } from "./fetch/remote.ts";
import type { Places } from "./places.ts";

/** Ends what a killed run left half-done; only the stamp and what was downloaded are of use. */
export async function tidy(places: Places, files: Files): Promise<void> {
  const { model, scratch, own, stamp, work, download } = places;
  await files.recover(model, scratch);
  await files.makeDirectory(work);
  const useful = [stamp, ...downloadPaths(download)];
  for (const folder of new Set([own, work])) {
    const left = (await files.list(folder)).map((name) => `${folder}/${name}`);
    await Promise.all(left.filter((path) => !useful.includes(path)).map(files.remove));
  }
}

/** @param isKept what was downloaded serves the next run */
export async function removeWork(
  { own, work, download, unpacked, converted }: Places,
  { isKept }: { readonly isKept: boolean },
  files: Files,
): Promise<void> {
  const all = work === own ? [...downloadPaths(download), unpacked, converted] : [work];
  await Promise.all((isKept ? [unpacked, converted] : all).map(files.remove));
}
