/** Is the object at the model URI still the one that was deployed? */

import type { World } from "../world.ts";
import { strongTag } from "./answer.ts";
import { type DownloadPolicy, POLICY } from "./download.ts";
import { checkLocal, type ObjectId } from "./fetch.ts";
import { networkProblem } from "./network_error.ts";
import type { HttpRequest, Source } from "./source.ts";
import { watchdog } from "./watchdog.ts";

export interface UnchangedRequest {
  readonly source: Source;
  readonly shown: string;
  /** What was deployed. */
  readonly object: ObjectId;
  /** The digest that the user demands. */
  readonly sha256: string | undefined;
  readonly policy?: DownloadPolicy;
}

type Effects = Pick<World, "http" | "files" | "signal" | "streams">;

/**
 * When the server cannot be asked, because it is away or a signature has expired, the model that is
 * there counts as unchanged: serving it is better than not to start.
 */
export async function isUnchanged(request: UnchangedRequest, world: Effects): Promise<boolean> {
  const { source, shown, object, sha256 } = request;
  if (sha256 !== undefined) return sha256 === object.sha256;
  if (source.kind === "local") {
    const { object: now } = await checkLocal(source.path, { shown, sha256 }, world);
    return now.sha256 === object.sha256;
  }
  if (object.etag === undefined) return false;
  const answer = await ask(source.request, { ...request, etag: object.etag }, world);
  if (typeof answer === "boolean") return answer;
  world.streams.err(`cannot ask whether ${shown} has changed: ${answer}; keeping the model`);
  return true;
}

/** Yes, no, or why there is no answer. */
async function ask(
  { url, headers }: HttpRequest,
  { etag, policy = POLICY }: { readonly etag: string; readonly policy?: DownloadPolicy },
  world: Effects,
): Promise<boolean | string> {
  const watch = watchdog(policy.stallMs, world.signal);
  watch.start();
  try {
    const response = await world.http.fetch(url, {
      headers: { ...headers, "accept-encoding": "identity", "if-none-match": etag },
      signal: watch.signal,
    });
    await response.body?.cancel();
    if (response.status === 304) return true;
    return response.ok
      ? strongTag(response.headers) === etag
      : `the server answered ${response.status}`;
  } catch (error) {
    if (world.signal.aborted) throw world.signal.reason;
    return networkProblem(error).reason;
  } finally {
    watch.stop();
  }
}
