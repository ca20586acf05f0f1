/** A cluster's API: asked directly where that is possible, else through kubectl. */

import type { ConnectKube, KubeAnswer, KubeApi, KubeServer } from "../world.ts";
import { askApi, type Question } from "./ask_api.ts";
import { kubeProxy } from "./kube_proxy.ts";

export function kubeConnection(worldSignal: AbortSignal): ConnectKube {
  const throughKubectl = kubeProxy(worldSignal);
  return async ({ server, proxy }) => {
    const direct = server && openClient(server);
    if (direct === undefined) return await throughKubectl(proxy);
    let kubectl: Promise<KubeApi> | undefined;
    return {
      ask: async (path, question) => {
        if (kubectl === undefined) {
          const answer = await askDirectly(direct, path, { worldSignal, ...question });
          if (answer !== undefined) return answer;
        }
        // Its way may be one that we do not know, and its reason is the one that helm will give.
        kubectl ??= throughKubectl(proxy);
        return await (await kubectl).ask(path, question);
      },
      close: async () => {
        direct.client.close();
        await kubectl?.then((api) => api.close(), () => {});
      },
    };
  };
}

interface Direct extends KubeServer {
  readonly client: Deno.HttpClient;
}

/** Undefined where a certificate or a key is of a kind that Deno does not read. */
function openClient(server: KubeServer): Direct | undefined {
  const { ca, cert, key } = server;
  try {
    const client = Deno.createHttpClient({
      ...(ca === undefined ? {} : { caCerts: [ca] }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
    });
    return { ...server, client };
  } catch {
    return undefined;
  }
}

/** Undefined when there is no connection. */
async function askDirectly(
  { client, url, token }: Direct,
  path: string,
  question: Question,
): Promise<KubeAnswer | undefined> {
  try {
    return await askApi(`${url}${path}`, client, {
      ...question,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    });
  } catch (error) {
    question.worldSignal.throwIfAborted();
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
