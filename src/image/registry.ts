/** Asks a registry whether it has an image: https://distribution.github.io/distribution/spec/api/ */

import { parseImage } from "../plan/image_reference.ts";
import type { Http } from "../world.ts";
import { entryLogin, type Login } from "./docker_entry.ts";

/** `login`: it gives no answer to this login, or to nobody. `unknown`: it cannot be reached. */
export type ImageState = "there" | "absent" | "login" | "unknown";

const FORMS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

export interface ImageQuestion {
  readonly image: string;
  readonly login?: Login | undefined;
  readonly signal: AbortSignal;
}

export async function lookForImage(
  { image, login, signal }: ImageQuestion,
  http: Http,
): Promise<ImageState> {
  const url = manifestUrl(image);
  const ask = (authorization?: string) =>
    http.fetch(url, {
      method: "HEAD",
      redirect: "manual",
      signal,
      headers: { accept: FORMS, ...(authorization ? { authorization } : {}) },
    });
  try {
    let response = await ask();
    if (response.status === 401) {
      const challenge = response.headers.get("www-authenticate") ?? "";
      const authorization = await authorize(challenge, { url, login, signal }, http);
      if (authorization === undefined) return "login";
      response = await ask(authorization);
    }
    return stateOf(response.status);
  } catch {
    signal.throwIfAborted();
    return "unknown";
  }
}

function stateOf(status: number): ImageState {
  if (status === 200) return "there";
  if (status === 404) return "absent";
  return status === 401 || status === 403 ? "login" : "unknown";
}

/** Where docker looks for an image that names no registry. */
const DOCKER_HUB = "registry-1.docker.io";

function manifestUrl(image: string): string {
  const { registry, name, tag = "latest" } = parseImage(image);
  const hub = registry === undefined || /^(index\.)?docker\.io$/.test(registry);
  const path = registry === undefined ? name : name.slice(registry.length + 1);
  const repository = hub && !path.includes("/") ? `library/${path}` : path;
  const host = hub ? DOCKER_HUB : registry!;
  const digest = image.split("@")[1];
  return `${isLoopback(host) ? "http" : "https"}://${host}/v2/${repository}/manifests/${
    digest ?? tag
  }`;
}

function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host);
}

/** The header that the challenge wants; undefined: there is no login for it. */
async function authorize(
  challenge: string,
  { url, login, signal }: { url: string; login?: Login | undefined; signal: AbortSignal },
  http: Http,
): Promise<string | undefined> {
  const basic = login && `Basic ${btoa(`${login.username}:${login.password}`)}`;
  if (/^basic\b/i.test(challenge)) return basic;
  const parts = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]),
  );
  const realm = parts.get("realm");
  // A password goes to where the registry says, but never in the clear.
  if (realm === undefined || !(realm.startsWith("https://") || isLoopback(new URL(url).host))) {
    return undefined;
  }
  const where = new URL(realm);
  for (const name of ["service", "scope"]) {
    const value = parts.get(name);
    if (value !== undefined) where.searchParams.set(name, value);
  }
  const response = await http.fetch(where.href, {
    signal,
    headers: basic === undefined ? {} : { authorization: basic },
  });
  if (!response.ok) {
    await response.body?.cancel();
    return undefined;
  }
  const { token, access_token } = await response.json() as Record<string, string | undefined>;
  const bearer = token ?? access_token;
  return bearer && `Bearer ${bearer}`;
}

/** The login for the image's registry in a pull secret's `.dockerconfigjson`, as the API shows it. */
export function loginFor(image: string, dockerConfig: string | undefined): Login | undefined {
  if (dockerConfig === undefined) return undefined;
  try {
    const text = new TextDecoder().decode(Uint8Array.fromBase64(dockerConfig));
    const { auths = {} } = JSON.parse(text) as { auths?: Record<string, Record<string, unknown>> };
    const wanted = hostOf(parseImage(image).registry ?? "docker.io");
    const entry = Object.entries(auths).find(([key]) => hostOf(key) === wanted)?.[1];
    return entry && entryLogin(entry);
  } catch {
    return undefined; // It is no such file; whoever pulls with it will say so.
  }
}

function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "").replace(/^index\./, "");
}
