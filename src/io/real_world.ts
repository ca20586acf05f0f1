/** The real world: this machine's files, programs, network, clock and terminal. */

import { EXIT, Interrupted } from "../errors.ts";
import type { World } from "../world.ts";
import { realExec } from "./exec.ts";
import { realFiles } from "./files.ts";
import { kubeConnection } from "./kube_connection.ts";
import { realStreams } from "./streams.ts";
import { realTemplates } from "./templates.ts";

/** @param root where templates/ lies: the folder of main.ts, or of the compiled main.js */
export function realWorld(root: URL): World {
  const signal = interruptSignal();
  const env = (name: string) => Deno.env.get(name);
  const streams = realStreams(env, signal);
  let client: Deno.HttpClient | undefined;
  // HTTP/2 would put all ranges of a download onto one connection.
  const http1 = () => client ??= Deno.createHttpClient({ http2: false });
  return {
    exec: realExec(signal, streams),
    files: realFiles(signal, streams.err),
    http: { fetch: (url, init) => fetch(url, { signal, client: http1(), ...init }) },
    kube: kubeConnection(signal),
    streams,
    templates: realTemplates(root),
    signal,
    runtime: Deno.version.deno,
    env,
    now: () => new Date(),
    sleep: (milliseconds) => sleep(milliseconds, signal),
  };
}

/** The first Ctrl-C asks everything to stop and clean up; the second one ends the process. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const on = (name: Deno.Signal, code: number) =>
    Deno.addSignalListener(name, () => {
      if (controller.signal.aborted) Deno.exit(code);
      controller.abort(new Interrupted(code));
    });
  on("SIGINT", EXIT.interrupted);
  if (Deno.build.os !== "windows") on("SIGTERM", EXIT.terminated);
  return controller.signal;
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
