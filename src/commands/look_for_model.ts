/** Is the model there, as far as this machine can tell? */

import { parseModelUri } from "../deployer/model_uri.ts";
import { httpSource } from "../deployer/fetch/sources/http.ts";
import type { Problem } from "../errors.ts";
import type { World } from "../world.ts";

/** Undefined where it is there, and where only the cluster could tell. */
export async function modelProblem(
  uri: string,
  signal: AbortSignal,
  world: World,
): Promise<Problem | undefined> {
  const parsed = parseModelUri(uri);
  if (!/^https?$/.test(parsed.scheme) || isOfCluster(new URL(uri).hostname)) return undefined;
  const source = httpSource(parsed);
  if (source.kind !== "remote") return undefined;
  const { provider } = source;
  try {
    const { url, headers } = await provider.get({ range: { from: 0, to: 1 } });
    const { status, headers: said, body } = await world.http.fetch(url, { headers, signal });
    await body?.cancel();
    // Any other refusal may be for this machine alone.
    if (status !== 404 && status !== 410) return undefined;
    const { hint } = provider.explain({ status, headers: said, text: "" });
    return { what: `the model is not at ${parsed.shown}: the server answers ${status}`, hint };
  } catch {
    world.signal.throwIfAborted();
    return undefined;
  }
}

/** A name that only means something within a cluster. */
function isOfCluster(host: string): boolean {
  return !host.includes(".") && host !== "localhost" || /\.(svc|local|internal)$/.test(host);
}
