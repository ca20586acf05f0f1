/** Is the object at the model URI still the one that was deployed? */

import { ToolError } from "../../errors.ts";
import { exchange } from "./exchange.ts";
import { checkLocal, type ObjectId } from "./fetch.ts";
import { listingId, listObjects } from "./listing.ts";
import { slots } from "./slots.ts";
import type { Provider, Source } from "./provider.ts";
import { type DownloadEffects, type DownloadPolicy, POLICY } from "./transfer.ts";

export interface UnchangedRequest {
  readonly source: Source;
  readonly shown: string;
  /** What was deployed. */
  readonly object: ObjectId;
  /** The digest that the user demands. */
  readonly sha256: string | undefined;
  readonly policy?: DownloadPolicy;
}

/**
 * When the server cannot be asked, because it is away or a signature has expired, the model that is
 * there counts as unchanged: serving it is better than not to start.
 */
export async function isUnchanged(
  request: UnchangedRequest,
  world: DownloadEffects,
): Promise<boolean> {
  const { source, shown, object, sha256 } = request;
  if (sha256 !== undefined && object.sha256 !== undefined) return sha256 === object.sha256;
  if (source.kind === "local") {
    const { object: now } = await checkLocal(source.path, { shown, sha256 }, world);
    return now.sha256 === object.sha256;
  }
  // Without a digest of what was deployed, it is not known to be the one that is demanded.
  if (object.validator === undefined || sha256 !== undefined) return false;
  const { provider } = source;
  const answer = object.validator.startsWith("folder ")
    ? await listAgain(request, provider, world)
    : await askAgain(request, provider, world);
  if (typeof answer === "boolean") return answer;
  world.streams.err(`cannot ask whether ${shown} has changed: ${answer}; keeping the model`);
  return true;
}

/** Yes, no, or why there is no answer; the first byte of an object comes with all that tells it. */
async function askAgain(
  { object, policy = POLICY }: UnchangedRequest,
  provider: Provider,
  world: DownloadEffects,
): Promise<boolean | string> {
  const queue = { provider, slots: slots(1), policy };
  try {
    const { verdict, end } = await exchange({ range: { from: 0, to: 1 } }, queue, world);
    await end();
    if (verdict.kind === "part" || verdict.kind === "whole") {
      return verdict.validator === object.validator;
    }
    return "reason" in verdict && verdict.kind !== "no parts" ? verdict.reason : false;
  } catch (error) {
    return reasonOf(error);
  }
}

async function listAgain(
  { object, shown, policy = POLICY }: UnchangedRequest,
  provider: Provider,
  world: DownloadEffects,
): Promise<boolean | string> {
  try {
    const objects = await listObjects(
      { provider, shown, policy: { ...policy, retries: 0 } },
      world,
    );
    return `folder ${listingId(objects)}` === object.validator;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Credentials may not be had, for example. */
function reasonOf(error: unknown): string {
  if (error instanceof ToolError) return error.message;
  throw error;
}
