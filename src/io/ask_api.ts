/** One question to a cluster's API, whichever way leads there. */

import type { KubeAnswer, KubeQuestion } from "../world.ts";

export interface Question extends KubeQuestion {
  readonly worldSignal: AbortSignal;
  readonly authorization?: string;
}

/** Rejects with TypeError when there is no connection. */
export async function askApi(
  url: string,
  client: Deno.HttpClient,
  { body, accept = "application/json", worldSignal, authorization }: Question,
): Promise<KubeAnswer> {
  const response = await fetch(url, {
    client,
    // No API server sends credentials elsewhere.
    redirect: "error",
    signal: worldSignal,
    headers: {
      accept,
      ...(authorization ? { authorization } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: text };
  }
}
