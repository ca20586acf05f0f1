/** Fetches what a provider describes: an object, or, where there is none, the objects below it. */

import { ToolError, UserError } from "../../errors.ts";
import { sha256OfText } from "../digest.ts";
import { download } from "./download.ts";
import type { Consume } from "./in_order.ts";
import { journalAt } from "./journal.ts";
import { listingId, listObjects, NotListed } from "./listing.ts";
import { filesIn } from "../model_folder.ts";
import type { Progress } from "../progress.ts";
import { type Slots, slots } from "./slots.ts";
import type { ListedObject, Provider } from "./provider.ts";
import { Absent, type Downloaded, type DownloadEffects, type DownloadPolicy } from "./transfer.ts";

export interface RemoteRequest {
  readonly provider: Provider;
  /** The whole address, secrets included: only its digest is kept. */
  readonly address: string;
  readonly shown: string;
  /** A file, or a folder where the address is one. */
  readonly to: string;
  readonly sha256: string | undefined;
  readonly consume?: Consume | undefined;
  readonly progress: Progress;
  readonly policy: DownloadPolicy;
}

const journalOf = (to: string) => `${to}.journal`;
const journalsOf = (to: string) => `${to}.journals`;

/** All that a download to `to` leaves behind, done or not. */
export function downloadPaths(to: string): readonly string[] {
  return [to, journalOf(to), journalsOf(to)];
}

export async function fetchRemote(
  request: RemoteRequest,
  world: DownloadEffects,
): Promise<Downloaded> {
  const { provider: { folder } } = request;
  if (folder === undefined) return await fetchObject(request, world);
  let nothing: Absent | undefined;
  if (!folder.only) {
    try {
      return await fetchObject(request, world);
    } catch (error) {
      if (!(error instanceof Absent)) throw error;
      nothing = error;
    }
  }
  const objects = await listObjects(request, world).catch((error) => {
    throw error instanceof NotListed ? nothing ?? error : error;
  });
  if (objects.every(({ size }) => size === 0)) throw nothing ?? emptyFolder(request);
  return await fetchFolder(request, { objects, queue: slots(request.policy.connections) }, world);
}

async function fetchObject(request: RemoteRequest, world: DownloadEffects): Promise<Downloaded> {
  const { address, to, sha256, progress, policy } = request;
  const { files } = world;
  if (await files.kind(to) === "directory") await files.remove(to);
  const journal = journalAt(journalOf(to), { address: sha256OfText(address), files });
  return await download({
    ...request,
    journal,
    sha256: sha256 !== undefined,
    onProgress: progress.report,
    onSaved: progress.skip,
    slots: slots(policy.connections),
  }, world).catch(async (error) => {
    if (error instanceof Absent) await files.remove(to);
    throw error;
  });
}

interface FolderPlan {
  readonly objects: readonly ListedObject[];
  readonly queue: Slots;
}

async function fetchFolder(
  request: RemoteRequest,
  { objects, queue }: FolderPlan,
  world: DownloadEffects,
): Promise<Downloaded> {
  const { shown, to, sha256, progress, policy } = request;
  const { files } = world;
  if (sha256 !== undefined) {
    throw new UserError({
      where: "--model-uri",
      what: `\`${shown}\` is a folder: it has no SHA-256`,
      hint: "leave out `--model-sha256`, or upload the folder as an archive",
    });
  }
  await files.makeDirectory(journalsOf(to));
  await makeFolders(to, { objects, files });
  const total = objects.reduce((sum, { size }) => sum + size, 0);
  const reached = new Map<string, number>();
  let sum = 0;
  const stop = new AbortController();
  const inner = { ...world, signal: AbortSignal.any([world.signal, stop.signal]) };
  const waiting = [...objects];
  const work = async () => {
    for (let object = waiting.shift(); object !== undefined; object = waiting.shift()) {
      inner.signal.throwIfAborted();
      const { name } = object;
      await fetchListed(request, {
        object,
        queue,
        onProgress: (done) => {
          sum += done - (reached.get(name) ?? 0);
          reached.set(name, done);
          progress.report(sum, total);
        },
      }, inner);
    }
  };
  const workers = Array.from(
    { length: policy.connections },
    () => work().catch((error) => stop.abort(error)),
  );
  await Promise.all(workers);
  inner.signal.throwIfAborted();
  const validator = `folder ${listingId(objects)}`;
  return { size: total, sha256: undefined, validator, lengthKnown: true };
}

/** What an earlier run left is of use only where it is listed. */
async function makeFolders(
  to: string,
  { objects, files }: Pick<FolderPlan, "objects"> & Pick<DownloadEffects, "files">,
): Promise<void> {
  if (await files.kind(to) === "file") await files.remove(to);
  await files.makeDirectory(to);
  const names = new Set(objects.map(({ name }) => name));
  const left = await filesIn(to, files);
  for (const name of left.filter((name) => !names.has(name))) await files.remove(`${to}/${name}`);
  const folders = objects.map(({ name }) => name.slice(0, Math.max(0, name.lastIndexOf("/"))));
  for (const folder of new Set(folders)) await files.makeDirectory(`${to}/${folder}`);
  for (const name of names) {
    if (await files.kind(`${to}/${name}`) === "directory") await files.remove(`${to}/${name}`);
  }
}

async function fetchListed(
  request: RemoteRequest,
  { object: { name, size, validator }, queue, onProgress }: {
    readonly object: ListedObject;
    readonly queue: Slots;
    readonly onProgress: (done: number) => void;
  },
  world: DownloadEffects,
): Promise<void> {
  const { address, shown, to, provider, policy, progress } = request;
  const { files } = world;
  // SavedModels may hold empty files, and there is nothing to ask for in them.
  if (size === 0) return await files.writeText(`${to}/${name}`, "");
  const own = sha256OfText(`${address}\n${name}`);
  const result = await download({
    provider,
    below: name,
    shown: `${shown.replace(/\/$/, "")}/${name}`,
    to: `${to}/${name}`,
    journal: journalAt(`${journalsOf(to)}/${own}`, { address: own, files }),
    sha256: false,
    onProgress,
    onSaved: progress.skip,
    slots: queue,
    policy,
  }, world);
  const same = !result.lengthKnown || result.size === size;
  if (same && (validator === undefined || result.validator === validator)) return;
  throw new ToolError(`cannot fetch ${shown}: \`${name}\` changed while it was fetched`, {
    hint: "wait until the upload of the model is done",
  });
}

function emptyFolder({ shown }: RemoteRequest): Absent {
  return new Absent(`cannot fetch ${shown}: nothing is below it`, {
    hint: "check the path of the model URI, upper and lower case too",
  });
}
