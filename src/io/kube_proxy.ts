/** A cluster's API, through a proxy on a Unix socket that only this user can reach. */

import { Interrupted } from "../errors.ts";
import type { KubeApi, KubeWay } from "../world.ts";
import { askApi } from "./ask_api.ts";
import { toolError } from "./exec.ts";
import { remove } from "./paths.ts";
import { spawnTool } from "./spawn_tool.ts";

export function kubeProxy(worldSignal: AbortSignal) {
  return async (proxy: KubeWay["proxy"]): Promise<KubeApi> => {
    // Only its owner may enter it, and so reach the socket in it.
    const folder = await Deno.makeTempDir({ prefix: "helm-navigator-" });
    const path = `${folder}/api`;
    const command = proxy(path);
    let child: Deno.ChildProcess | undefined;
    const stop = async () => {
      try {
        child?.kill("SIGTERM");
      } catch {
        // It has already ended.
      }
      await child?.status;
      await remove(folder);
    };
    try {
      child = spawnTool(command);
      const stderr = new Response(child.stderr).text();
      if (!await speaks(child.stdout, worldSignal)) {
        const { code } = await child.status;
        throw toolError(command, { code, stdout: "", stderr: await stderr });
      }
    } catch (error) {
      await stop();
      throw error;
    }
    const client = Deno.createHttpClient({ proxy: { transport: "unix", path } });
    return {
      ask: (where, question) =>
        askApi(`http://localhost${where}`, client, { worldSignal, ...question }),
      close: async () => {
        client.close();
        await stop();
      },
    };
  };
}

/** Waits for the first line, with which it says that it listens. */
async function speaks(stdout: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<boolean> {
  const reader = stdout.getReader();
  const give_up = () => reader.cancel(signal.reason);
  signal.addEventListener("abort", give_up, { once: true });
  try {
    const { done } = await reader.read();
    if (signal.aborted) throw signal.reason instanceof Error ? signal.reason : new Interrupted();
    return !done;
  } finally {
    signal.removeEventListener("abort", give_up);
    await reader.cancel();
  }
}
