/** Which provider describes the way to a model: a table by scheme. Nothing is fetched here. */

import { UserError } from "../errors.ts";
import { decodePath, type ModelUri } from "./model_uri.ts";

export interface HttpRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The address without its secrets. */
  readonly shown: string;
}

export type Source =
  | { readonly kind: "local"; readonly path: string }
  | { readonly kind: "http"; readonly request: HttpRequest };

type Provider = (uri: ModelUri) => Source;

const PROVIDERS: Readonly<Record<string, Provider>> = {
  file: fileSource,
  http: httpSource,
  https: httpSource,
};

/** @throws UserError when no provider knows the scheme */
export function sourceOf(uri: ModelUri): Source {
  const provider = Object.hasOwn(PROVIDERS, uri.scheme) ? PROVIDERS[uri.scheme] : undefined;
  if (provider === undefined) {
    throw new UserError({
      where: "--model-uri",
      what: `this version cannot fetch from \`${uri.scheme}://\``,
      hint: `use ${
        Object.keys(PROVIDERS).map((scheme) => `${scheme}://`).join(", ")
      } or an absolute path`,
    });
  }
  return provider(uri);
}

function fileSource({ text, shown }: ModelUri): Source {
  if (text.startsWith("/")) return { kind: "local", path: text };
  const { host, pathname } = new URL(text);
  if (host !== "" && host !== "localhost") {
    throw new UserError({
      where: "--model-uri",
      what: `\`${shown}\` names the machine \`${host}\``,
      hint: `a local file is file:///${host}${pathname}, with three slashes`,
    });
  }
  return { kind: "local", path: decodePath(pathname, shown) };
}

function httpSource({ text, shown }: ModelUri): Source {
  const url = new URL(text);
  const { username, password } = url;
  url.username = url.password = url.hash = "";
  const secret = `${decodePath(username, shown)}:${decodePath(password, shown)}`;
  const headers: Record<string, string> = username || password
    ? { authorization: `Basic ${new TextEncoder().encode(secret).toBase64()}` }
    : {};
  return { kind: "http", request: { url: url.href, headers, shown } };
}
