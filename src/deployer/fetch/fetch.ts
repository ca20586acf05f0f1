/** Brings the object at the model URI to this machine, or checks the one that is there already. */

import { ToolError, UserError } from "../../errors.ts";
import type { World } from "../../world.ts";
import { sha256OfFile, sha256OfText } from "../digest.ts";
import type { Consume } from "./in_order.ts";
import { filesIn } from "../model_folder.ts";
import { printSize, type Progress, stepProgress } from "../progress.ts";
import { downloadPaths, fetchRemote } from "./remote.ts";
import type { Source } from "./provider.ts";
import { type DownloadEffects, type DownloadPolicy, POLICY } from "./transfer.ts";

/** What tells one object from another. */
export interface ObjectId {
  readonly size: number;
  /** Only where it was computed: of a local file, and where the user demands one. */
  readonly sha256?: string | undefined;
  /** What the server calls this version. */
  readonly validator?: string | undefined;
}

export interface Fetched {
  /** A file, or a folder on this machine. */
  readonly path: string;
  readonly object: ObjectId;
}

export interface FetchRequest {
  readonly source: Source;
  /** The whole address, secrets included. */
  readonly address: string;
  /** The address without its secrets. */
  readonly shown: string;
  /** Where a download goes. */
  readonly to: string;
  readonly sha256: string | undefined;
  /**
   * Reads a download while it comes; only once `fetchObject` is done it is known to be right.
   * Nothing local and no folder comes this way.
   */
  readonly consume?: Consume | undefined;
  readonly policy?: DownloadPolicy;
}

export async function fetchObject(request: FetchRequest, world: DownloadEffects): Promise<Fetched> {
  const { source, shown, to, sha256, policy = POLICY } = request;
  world.streams.err(`fetch ${shown}`);
  const progress = stepProgress("fetch", world);
  try {
    if (source.kind === "local") {
      const fetched = await checkLocal(source.path, { shown, sha256 }, { ...world, progress });
      const { size, sha256: actual } = fetched.object;
      if (sha256 !== undefined && sha256 !== actual) throw wrongDigest(request, fetched.object);
      world.streams.err(`fetch done: ${printSize(size)}, sha256 ${actual}`);
      return fetched;
    }
    const remote = { ...request, provider: source.provider, progress, policy };
    const { size, sha256: actual, validator, lengthKnown } = await fetchRemote(remote, world);
    if (sha256 !== undefined && sha256 !== actual) {
      await Promise.all(downloadPaths(to).map(world.files.remove));
      throw wrongDigest(request, { size, sha256: actual }, lengthKnown);
    }
    world.streams.err(`fetch done: ${printSize(size)}${actual ? `, sha256 ${actual}` : ""}`);
    return { path: to, object: { size, sha256: actual, validator } };
  } finally {
    progress.end();
  }
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

function wrongDigest(
  { shown, sha256 }: FetchRequest,
  actual: ObjectId,
  lengthKnown = true,
): ToolError {
  return new ToolError(
    `${shown} is not the expected object: its SHA-256 is ${actual.sha256}, not ${sha256}`,
    {
      hint: lengthKnown
        ? "the object was replaced, or `--model-sha256` is that of another one"
        : "the server named no length: it may keep the object compressed, and the digest of what " +
          "it keeps differs from that of the content",
    },
  );
}
