/** The address of the Triton server, and of one model on it. */

import { UserError } from "../errors.ts";
import { redactUri } from "../text/clean.ts";

/** Which model of which server is tested. */
export interface ModelAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly model: string;
  readonly modelVersion: number;
}

/** @throws UserError */
export function parseServerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const wrong = (what: string) => {
    throw new UserError({
      where: "--server-url",
      what,
      hint: "give the Service's HTTP address, for example http://my-model-inference:8000",
    });
  };
  if (url === undefined) return wrong(`\`${redactUri(text)}\` is not a URL`);
  if (!["http:", "https:"].includes(url.protocol)) {
    return wrong(`\`${redactUri(text)}\` does not begin with http:// or https://`);
  }
  // They would stand in the load generator's arguments, where every process can read them.
  if (url.username || url.password || url.search || url.hash) {
    return wrong(`\`${redactUri(text)}\` has more than a host, a port and a path`);
  }
  return url.href.replace(/\/+$/, "");
}

/**
 * `host:8001`, where gRPC is spoken: at the port after the one of HTTP, as Triton has it, and at the
 * same one behind a proxy that needs no port.
 *
 * @throws UserError
 */
export function grpcAddress(url: string): string {
  const { hostname, port, protocol, pathname } = new URL(url);
  if (pathname !== "/") {
    throw new UserError({
      where: "protocol",
      what: `grpc has no path, but the server's URL is ${url}`,
      hint: "name the Service itself, or measure over http",
    });
  }
  return `${hostname}:${port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) + 1}`;
}

/** `/v2/models/<model>/versions/<version>`, where everything about the model is asked. */
export function modelUrl({ url, model, modelVersion }: ModelAddress): string {
  return `${url}/v2/models/${encodeURIComponent(model)}/versions/${modelVersion}`;
}
