/** A provider in a world whose network is a function: what it would ask for, and with which words. */

import { parseModelUri } from "../../src/deployer/model_uri.ts";
import type { Provider } from "../../src/deployer/fetch/provider.ts";
import { sourceFor } from "../../src/deployer/fetch/source.ts";
import type { World } from "../../src/world.ts";
import { fakeWorld } from "./fake_world.ts";

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
}

export interface ProviderTrial {
  readonly provider: Provider;
  /** What was asked of whoever gives credentials. */
  readonly calls: readonly Call[];
  readonly world: World;
  /** Lets time pass. */
  later(milliseconds: number): void;
}

export interface ProviderTrialOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly answer?: (call: Call) => Response;
}

export function providerFor(uri: string, options: ProviderTrialOptions = {}): ProviderTrial {
  const { env = {}, answer } = options;
  let now = Date.parse("2026-01-02T03:04:05Z");
  const calls: Call[] = [];
  const fake = fakeWorld({ env });
  const world: World = {
    ...fake,
    now: () => new Date(now),
    http: {
      fetch: (url, { method = "GET", headers, body } = {}) => {
        const call = { method, url, headers: new Headers(headers), body: `${body ?? ""}` };
        calls.push(call);
        if (answer === undefined) throw new Error(`nobody expects a request to ${url}`);
        return Promise.resolve(answer(call));
      },
    },
  };
  const source = sourceFor(parseModelUri(uri), world);
  if (source.kind !== "remote") throw new Error(`${uri} is not remote`);
  return { provider: source.provider, calls, world, later: (ms) => void (now += ms) };
}

export function refusal(status: number, text = "", headers: Record<string, string> = {}) {
  return { status, headers: new Headers(headers), text };
}

/** A request that was sent with these headers. */
export function sent(headers: Record<string, string> = {}) {
  return { url: "http://sent", headers };
}
