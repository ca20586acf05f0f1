/** Brings the object at the model URI to this machine, or checks the one that is there already. */

import { ToolError, UserError } from "../errors.ts";
import type { World } from "../world.ts";
import { sha256OfFile, sha256OfText } from "./digest.ts";
import { download, type Downloaded, type DownloadPolicy, POLICY } from "./download.ts";
import { filesIn } from "./model_folder.ts";
import { printSize, type Progress, stepProgress } from "./progress.ts";
import type { Source } from "./source.ts";

/** What tells one object from another. */
export interface ObjectId {
  readonly size: number;
  readonly sha256: string;
  readonly etag?: string | undefined;
}

export interface Fetched {
  /** A file, or a folder on this machine. */
  readonly path: string;
  readonly object: ObjectId;
}

export interface FetchRequest {
  readonly source: Source;
  /** The address without its secrets. */
  readonly shown: string;
  /** Where a download goes. */
  readonly to: string;
  readonly sha256: string | undefined;
  readonly policy?: DownloadPolicy;
}

type Effects = Pick<World, "http" | "files" | "sleep" | "signal" | "streams" | "now">;

export async function fetchObject(request: FetchRequest, world: Effects): Promise<Fetched> {
  const { source, shown, to, sha256, policy = POLICY } = request;
  world.streams.err(`fetch ${shown}`);
  const progress = stepProgress("fetch", world);
  try {
    const fetched = source.kind === "local"
      ? await checkLocal(source.path, { shown, sha256 }, { ...world, progress })
      : await fetchRemote({ request: source.request, to, progress, policy }, world);
    const { size, sha256: actual } = fetched.object;
    if (sha256 !== undefined && sha256 !== actual) throw wrongDigest(shown, sha256, fetched);
    world.streams.err(`fetch done: ${printSize(size)}, sha256 ${actual}`);
    return fetched;
  } finally {
    progress.end();
  }
}

interface RemoteFetched extends Fetched {
  readonly lengthKnown: boolean;
}

async function fetchRemote(
  request: Parameters<typeof download>[0],
  world: Effects,
): Promise<RemoteFetched> {
  const { size, sha256, etag, lengthKnown }: Downloaded = await download(request, world);
  return { path: request.to, object: { size, sha256, etag }, lengthKnown };
}

interface LocalEffects extends Pick<World, "files" | "signal"> {
  readonly progress?: Progress | undefined;
}

/** @throws UserError when nothing usable is there */
export async function checkLocal(
  path: string,
  { shown, sha256 }: Pick<FetchRequest, "shown" | "sha256">,
  local: LocalEffects,
): Promise<Fetched> {
  const { files } = local;
  const where = "--model-uri";
  const real = await files.realPath(path).catch(() => undefined);
  const kind = real && await files.kind(real);
  if (real === undefined || (kind !== "file" && kind !== "directory")) {
    const what = kind === undefined ? "is not there" : "is neither a file nor a directory";
    throw new UserError({ where, what: `\`${shown}\` ${what}`, hint: "check the path" });
  }
  if (kind === "file") {
    const object = await hashFile(real, local);
    if (object.size === 0) throw new UserError({ where, what: `\`${shown}\` is empty (0 bytes)` });
    return { path: real, object };
  }
  if (sha256 !== undefined) {
    const hint = "leave out `--model-sha256`, or pack the directory into a ZIP archive";
    throw new UserError({ where, what: `\`${shown}\` is a directory: it has no SHA-256`, hint });
  }
  return { path: real, object: await hashFolder(real, local) };
}

async function hashFile(path: string, { files, signal, progress }: LocalEffects) {
  const file = await files.open(path);
  try {
    const onProgress = (done: number) => progress?.report(done, file.size);
    return { size: file.size, sha256: await sha256OfFile(file, { signal, onProgress }) };
  } finally {
    file.close();
  }
}

async function hashFolder(path: string, local: LocalEffects): Promise<ObjectId> {
  const lines: string[] = [];
  let size = 0;
  for (const inner of await filesIn(path, local.files)) {
    const object = await hashFile(`${path}/${inner}`, { ...local, progress: undefined });
    size += object.size;
    lines.push(`${object.sha256} ${inner}`);
  }
  return { size, sha256: sha256OfText(lines.join("\n")) };
}

function wrongDigest(shown: string, wanted: string, fetched: Fetched | RemoteFetched): ToolError {
  const decoded = "lengthKnown" in fetched && !fetched.lengthKnown;
  return new ToolError(
    `${shown} is not the expected object: its SHA-256 is ${fetched.object.sha256}, not ${wanted}`,
    {
      hint: decoded
        ? "the server named no length: it may keep the object compressed, and the digest of what " +
          "it keeps differs from that of the content"
        : "the object was replaced, or `--model-sha256` is that of another one",
    },
  );
}
